import { expect } from 'chai';
import fc from 'fast-check';
import { shapeOf } from './array-shape.ts';

/** The same of what JSON.parse makes of it. */
function parsedShape(value: unknown): { values: number; depth: number } {
  if (typeof value !== 'object' || value === null) return { values: 1, depth: 0 };
  const parts = Object.values(value).map(parsedShape);
  return {
    values: 1 + Math.max(parts.length, 1) + parts.reduce((sum, part) => sum + part.values - 1, 0),
    depth: 1 + Math.max(0, ...parts.map(({ depth }) => depth)),
  };
}

describe('the shape of a JSON text', () => {
  it('is that of what is in it, whatever its strings hold', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.constantFrom(undefined, 1), (array, indent) => {
        const shape = shapeOf(Buffer.from(JSON.stringify(array, undefined, indent)));
        expect(shape).to.deep.equal({ elements: Math.max(array.length, 1), ...parsedShape(array) });
      }),
      { numRuns: 500 },
    );
  });

  it('is counted where no JSON could be made of it', () => {
    expect(shapeOf(Buffer.from('[[[[')).depth).to.equal(4);
    expect(shapeOf(Buffer.from(']]"[[[')).depth).to.equal(0);
    expect(shapeOf(Buffer.from(`[${'{},'.repeat(1_000)}`)).elements).to.equal(1_001);
  });
});
