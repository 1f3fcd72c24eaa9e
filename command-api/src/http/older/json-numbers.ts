import { jsonBodyReadBy } from '@ledger/shared/http/json-body';
import { parse } from 'lossless-json';

/** Any decimal of so many digits is a double's own, and comes out of it as it went in. */
const exactDigits = 15;

/**
 * Reads a JSON body in which amounts may be numbers: one that a double may have changed is NaN, which no schema takes.
 * A member that comes twice with two values is no JSON that can be acted upon (RFC 8259 section 4).
 */
export const jsonBodyWithNumbers = jsonBodyReadBy((text) => {
  try {
    return parse(text, undefined, readNumber);
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) throw new SyntaxError('it is nested too deeply', { cause: error });
    throw error;
  }
});

function readNumber(text: string): number {
  const [mantissa = ''] = text.split(/e/i);
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  return digits.length > exactDigits ? Number.NaN : Number(text);
}
