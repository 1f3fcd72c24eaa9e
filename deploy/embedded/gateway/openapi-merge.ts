import { isDeepStrictEqual } from 'node:util';

/** The parts of an OpenAPI 3 document that merging looks into. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  /** By path, then by method. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By section (`schemas`, `responses`, …), then by name. */
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tags: readonly { readonly name: string }[];
}

/**
 * One document of several: their paths, with the methods of each, and their components. A component that another document
 * has under the same name with other content gets a new name, in everything that refers to it.
 */
export function mergeDocuments(documents: readonly OpenApiDocument[]): OpenApiDocument {
  const [first, ...others] = documents;
  if (!first) throw new RangeError('there is no document to merge');
  return others.reduce(mergeTwo, {
    ...first,
    info: {
      ...first.info,
      title: 'Ledger',
      description: documents
        .map(({ info }) => info['description'])
        .filter(Boolean)
        .join(' '),
    },
  });
}

function mergeTwo(left: OpenApiDocument, other: OpenApiDocument): OpenApiDocument {
  const right = renameClashes(left, other);
  const names = new Set(left.tags.map(({ name }) => name));
  return {
    ...left,
    paths: mergeTables(left.paths, right.paths),
    components: mergeTables(left.components, right.components),
    tags: [...left.tags, ...right.tags.filter(({ name }) => !names.has(name))],
  };
}

type Table = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function mergeTables(left: Table, right: Table): Table {
  const merged = { ...left };
  for (const [key, entries] of Object.entries(right)) merged[key] = { ...merged[key], ...entries };
  return merged;
}

function renameClashes(left: OpenApiDocument, right: OpenApiDocument): OpenApiDocument {
  let renamed = right;
  for (const [section, components] of Object.entries(right.components)) {
    const taken = { ...left.components[section] };
    for (const [name, component] of Object.entries(components)) {
      if (!(name in taken) || isDeepStrictEqual(taken[name], component)) continue;
      let next = 2;
      while (`${name}${next}` in taken || `${name}${next}` in components) next += 1;
      renamed = rename(renamed, section, name, `${name}${next}`);
    }
  }
  return renamed;
}

function rename(document: OpenApiDocument, section: string, from: string, to: string): OpenApiDocument {
  const { [from]: component, ...rest } = document.components[section] ?? {};
  const moved = { ...document, components: { ...document.components, [section]: { ...rest, [to]: component } } };
  const reference = (name: string) => JSON.stringify(`#/components/${section}/${name}`);
  return JSON.parse(JSON.stringify(moved).replaceAll(reference(from), reference(to))) as OpenApiDocument;
}
