/**
 * The one form in which a recorded answer and an observed one are compared. Positions differ from store to store, so each
 * becomes its rank among the positions of the same answer: the lowest is `<1>`. Stream names that a case made lose what
 * makes them unique. An error becomes its class and what it tells, `{ ok: answer }` becomes the answer.
 */

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const isPosition = (value: unknown): value is { commit: bigint; prepare: bigint } =>
  isFields(value) && typeof value['commit'] === 'bigint' && typeof value['prepare'] === 'bigint';

/** Keys whose number is a position. (The client's metastreamRevision is one too.) */
const POSITION_KEYS: ReadonlySet<string> = new Set(['commitPosition', 'metastreamRevision', 'pos']);

/** Positions within words: `C:548/P:548`, `cp=548`, `commit_position=548`, `in0@548`, `(appended in-L0@548)`. */
const POSITION_IN_WORDS = /\b(C:|P:|cp=|commit_position=|(?:in|out)\d+@|appended \S+@)(\d+)/g;

const ERROR_FIELDS = ['streamName', 'expectedVersion', 'actualVersion', 'maxAppendSize', 'groupName'] as const;

function fieldsOfError(error: Error): Fields {
  const told: Record<string, unknown> = { error: error.constructor.name, message: error.message };
  for (const name of ['type', 'code', ...ERROR_FIELDS]) {
    const value: unknown = Reflect.get(error, name);
    if (value !== undefined) told[name] = value;
  }
  return told;
}

/** The record writes an error as { error: { ctor, type, code, message, fields } }. */
function fieldsOfRecordedError(error: Fields): Fields {
  const { ctor, fields, grpc: _, ...rest } = error;
  const told = Object.entries({ error: ctor, ...rest, ...(isFields(fields) ? fields : {}) });
  return Object.fromEntries(told.filter(([, value]) => value !== undefined && value !== null));
}

/** Takes the record's notation for values that JSON has not: "5n" and "undefined". */
export function parseRecorded(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value === 'undefined') return undefined;
    return /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  }
  if (Array.isArray(value)) return value.map(parseRecorded);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, parseRecorded(field)]));
}

function collectPositions(value: unknown, into: Set<bigint>, key = ''): void {
  if (typeof value === 'bigint' && POSITION_KEYS.has(key)) into.add(value);
  else if (typeof value === 'string') {
    for (const [, , digits] of value.matchAll(POSITION_IN_WORDS)) into.add(BigInt(digits ?? 0));
  } else if (isPosition(value)) into.add(value.commit).add(value.prepare);
  else if (Array.isArray(value)) for (const each of value) collectPositions(each, into);
  else if (isFields(value)) for (const [name, field] of Object.entries(value)) collectPositions(field, into, name);
}

/** @param names the stream names that the case made, each with the name that it goes by */
export function canonical(value: unknown, names: ReadonlyMap<string, string> = new Map()): unknown {
  const positions = new Set<bigint>();
  collectPositions(value, positions);
  // Zero is no position: of a checkpoint it says that nothing matched.
  positions.delete(0n);
  const sorted = [...positions].sort((a, b) => (a < b ? -1 : 1));
  const ranks = new Map(sorted.map((position, i) => [position, `<${i + 1}>`]));
  const rankOf = (position: bigint) => ranks.get(position) ?? String(position);

  function inWords(text: string): string {
    let named = text;
    for (const [unique, name] of names) named = named.replaceAll(unique, name);
    return named.replace(POSITION_IN_WORDS, (_, label: string, digits: string) => label + rankOf(BigInt(digits)));
  }

  function form(each: unknown, key = ''): unknown {
    if (typeof each === 'bigint') return POSITION_KEYS.has(key) ? rankOf(each) : each;
    if (typeof each === 'string') return inWords(each);
    if (Array.isArray(each)) return each.map((item) => form(item));
    if (each instanceof Error) return form(fieldsOfError(each));
    if (isPosition(each)) {
      const [commit, prepare] = [rankOf(each.commit), rankOf(each.prepare)];
      return commit === prepare ? commit : `${commit}/${prepare}`;
    }
    if (!isFields(each)) return each;
    const { ok, error } = each;
    if ('ok' in each && Object.keys(each).length === 1) return form(ok);
    if (error instanceof Error) return form({ ...each, ...fieldsOfError(error) });
    if (isFields(error) && 'ctor' in error) return form({ ...each, ...fieldsOfRecordedError(error) });
    return Object.fromEntries(Object.entries(each).map(([name, field]) => [name, form(field, name)]));
  }
  return form(value);
}
