/**
 * Money is a `bigint` of minor units (cents, for EUR). Outside the code it is a decimal string that shows all of its
 * currency's decimals. No float ever touches an amount.
 */

/** No balance is larger than this, on any date. */
export const maxBalanceMinor = 10n ** 18n - 1n;

/** A longer amount is a mistake; the bound keeps every later step cheap. */
const maxAmountLength = 40;

/** A decimal number as it was written, without needless zeros: `digits` / 10^`scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Reads "100", "100.0" or "0100.00" (one number), at most 40 characters; undefined for anything else, signs included. */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > maxAmountLength) return undefined;
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  return { digits: BigInt(`${match[1]}${fraction}`), scale: fraction.length };
}

/** The number in minor units of a currency with `decimals` decimals; undefined where it has more decimals than that. */
export function toMinor({ digits, scale }: Decimal, decimals: number): bigint | undefined {
  return scale > decimals ? undefined : digits * 10n ** BigInt(decimals - scale);
}

/** The shortest form of a decimal: "100.50" and "100.5" give "100.5". */
export function formatDecimal({ digits, scale }: Decimal): string {
  return formatMinor(digits, scale);
}

/** "-1234.50" for -123450n with two decimals, "1234" with none. */
export function formatMinor(minor: bigint, decimals: number): string {
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/**
 * The inverse of {@link formatMinor}, for what this ledger wrote itself.
 * @throws RangeError where the text does not show exactly `decimals` decimals.
 */
export function parseMinor(text: string, decimals: number): bigint {
  const point = text.indexOf('.');
  const shown = point < 0 ? 0 : text.length - point - 1;
  if (shown !== decimals || !/^-?\d+(\.\d+)?$/.test(text)) {
    throw new RangeError(`expected an amount with ${decimals} decimals, not "${text}"`);
  }
  return BigInt(point < 0 ? text : text.slice(0, point) + text.slice(point + 1));
}

const currencyNames = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });
const decimalsByCurrency = new Map<string, number>();

/**
 * Decimals of an ISO 4217 currency, undefined for a code that this runtime does not know. Runtimes disagree and change:
 * it is asked once, when an account is opened, and the answer is kept in the account's events.
 */
export function currencyDecimals(code: string): number | undefined {
  const known = decimalsByCurrency.get(code);
  if (known !== undefined) return known;
  if (!isCurrency(code)) return undefined;
  // Some 40 µs each time: too much for every command that names its currency.
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: code,
  }).resolvedOptions();
  if (maximumFractionDigits !== undefined) decimalsByCurrency.set(code, maximumFractionDigits);
  return maximumFractionDigits;
}

/**
 * A code has a name for ever, once it has one. `Intl.supportedValuesOf` drops a currency that is no longer in use: the
 * retry of a command that names it would no longer be read. XTS and XXX stand for tests and for no currency.
 */
function isCurrency(code: string): boolean {
  return /^[A-Z]{3}$/.test(code) && code !== 'XTS' && code !== 'XXX' && currencyNames.of(code) !== undefined;
}
