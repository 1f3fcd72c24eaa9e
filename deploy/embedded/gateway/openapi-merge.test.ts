import { expect } from 'chai';
import { mergeDocuments, type OpenApiDocument } from './openapi-merge.ts';

function documentWith(parts: Partial<OpenApiDocument>): OpenApiDocument {
  return { openapi: '3.1.0', info: { title: 't', version: '1' }, paths: {}, components: {}, tags: [], ...parts };
}

describe('merging OpenAPI documents', () => {
  it('joins the methods of a path, the components and the tags', () => {
    const merged = mergeDocuments([
      documentWith({
        info: { title: 'Commands', description: 'Does.' },
        paths: { '/a': { put: 1 } },
        components: { schemas: { Problem: { type: 'object' } } },
        tags: [{ name: 'accounts' }],
      }),
      documentWith({
        info: { title: 'Queries', description: 'Tells.' },
        paths: { '/a': { get: 2 }, '/b': { get: 3 } },
        components: { schemas: { Problem: { type: 'object' }, Page: {} }, responses: { None: {} } },
        tags: [{ name: 'accounts' }, { name: 'events' }],
      }),
    ]);
    expect(merged.paths).to.deep.equal({ '/a': { put: 1, get: 2 }, '/b': { get: 3 } });
    expect(merged.components).to.deep.equal({
      schemas: { Problem: { type: 'object' }, Page: {} },
      responses: { None: {} },
    });
    expect(merged.tags).to.deep.equal([{ name: 'accounts' }, { name: 'events' }]);
    expect(merged.info).to.deep.equal({ title: 'Ledger', description: 'Does. Tells.' });
  });

  it('renames a component that the other document has with other content, and what refers to it', () => {
    const merged = mergeDocuments([
      documentWith({ components: { schemas: { Account: { type: 'string' } } } }),
      documentWith({
        paths: { '/a': { get: { $ref: '#/components/schemas/Account' } } },
        components: { schemas: { Account: { type: 'object' }, Account2: { type: 'null' } } },
      }),
    ]);
    expect(merged.components['schemas']).to.deep.equal({
      Account: { type: 'string' },
      Account2: { type: 'null' },
      Account3: { type: 'object' },
    });
    expect(merged.paths['/a']).to.deep.equal({ get: { $ref: '#/components/schemas/Account3' } });
  });
});
