import { expect } from 'chai';
import { z } from 'zod';
import { check } from './validate.ts';

const schema = z.strictObject({
  name: z.string('expected a name'),
  tags: z.record(z.string(), z.string('expected a string')).optional(),
});
const errorsOf = (value: unknown) => check(schema, value).problem?.members['errors'];

describe('validating a request', () => {
  it('gives what the schema makes of it', () => {
    expect(check(schema, { name: 'x' })).to.deep.equal({ value: { name: 'x' } });
  });
  it('tells a missing field from a wrong one', () => {
    expect(errorsOf({})).to.deep.equal([{ field: 'name', message: 'is missing: expected a name' }]);
    expect(errorsOf({ name: 5 })).to.deep.equal([{ field: 'name', message: 'expected a name' }]);
    expect(errorsOf({ name: null })).to.deep.equal([{ field: 'name', message: 'expected a name' }]);
  });
  it('names each field that is not known, and where it stands inside another', () => {
    expect(errorsOf({ name: 'x', a: 1, b: 2 })).to.deep.equal([
      { field: 'a', message: 'is not a field of this request' },
      { field: 'b', message: 'is not a field of this request' },
    ]);
    expect(errorsOf({ name: 'x', tags: { k: 1 } })).to.deep.equal([{ field: 'tags.k', message: 'expected a string' }]);
  });
  it('calls what is no object the body', () => {
    for (const value of [null, [], 'x', 1]) {
      expect(errorsOf(value)).to.have.nested.property('[0].field', 'body');
    }
  });
});
