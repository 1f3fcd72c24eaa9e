const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** How much there is in a JSON text. */
export interface Shape {
  /** Elements of the outer array, one for an empty one too. */
  readonly elements: number;
  /** Values of every kind, all together. */
  readonly values: number;
  readonly depth: number;
}

/**
 * Looks at JSON without making anything of it: that takes many times its size, and stops the process for seconds where
 * there are millions of values. What is no JSON has some shape, too.
 */
export function shapeOf(json: Uint8Array): Shape {
  let elements = 1;
  let values = 1;
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (isString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isString = false;
    } else if (byte === quote) {
      isString = true;
    } else if (byte === comma) {
      values += 1;
      if (depth === 1) elements += 1;
    } else if (opening.has(byte)) {
      values += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (closing.has(byte)) {
      depth -= 1;
    }
  }
  return { elements, values, depth: deepest };
}
