/** Stands for the stream that a case made without a name of its own. */
export const STREAM = '<stream>';

/**
 * Where `value` differs from `wanted`, in words; undefined where it has all that is wanted. A value may have more fields than
 * wanted, but not more items; a field wanted as undefined must not be there. Both are in canonical form.
 * @param names what `<stream>` in a wanted text may stand for; any text where that is not known
 */
export function difference(
  wanted: unknown,
  value: unknown,
  names?: readonly string[],
  at = 'the answer',
): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return `${at} is ${shown(value)}, not a list`;
    if (value.length !== wanted.length) return `${at} has ${value.length} items, not ${wanted.length}: ${shown(value)}`;
    return first(wanted.map((item, i) => difference(item, value[i], names, `${at}[${i}]`)));
  }
  if (typeof wanted === 'object' && wanted !== null && !(wanted instanceof Uint8Array)) {
    if (typeof value !== 'object' || value === null) return `${at} is ${shown(value)}, not ${shown(wanted)}`;
    const fields = Object.entries(wanted);
    return first(fields.map(([name, field]) => difference(field, Reflect.get(value, name), names, `${at}.${name}`)));
  }
  if (typeof wanted === 'string' && typeof value === 'string' && wanted.includes(STREAM)) {
    const name = names ? `(?:${names.map(literally).join('|')})` : '.+';
    const pattern = wanted.split(STREAM).map(literally).join(name);
    return new RegExp(`^${pattern}$`, 's').test(value) ? undefined : `${at} is ${shown(value)}, not ${wanted}`;
  }
  return shown(wanted) === shown(value) ? undefined : `${at} is ${shown(value)}, not ${shown(wanted)}`;
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const first = (differences: readonly (string | undefined)[]) => differences.find((each) => each !== undefined);

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return `${each}n`;
    return each instanceof Uint8Array ? [...each] : each;
  });
  return text ?? 'undefined';
}
