import { call, get, type Reply } from './http.fixture.ts';

/** A transaction as a test names it; each frontend writes it with the words of its API. */
export interface OlderTransaction {
  readonly uid: string;
  readonly type: 'DEPOSIT' | 'WITHDRAW';
  readonly amount: unknown;
  readonly user: unknown;
  /** Left out: now. */
  readonly time?: string;
}

export type UserId = number | string;

/** A payment frontend that speaks one of the older APIs, and knows nothing else of the ledger. */
export interface OlderFrontend {
  readonly generation: 'first' | 'second';
  /** How a new user is answered, and a withdrawal that is refused for want of funds. */
  readonly statuses: { readonly opened: 200 | 201; readonly refused: 402 | 409 };
  /** What its API calls a transaction's date, and the date of a balance. */
  readonly words: { readonly time: string; readonly asOf: string };
  /** Its paths, without the slash at the end that each may have. */
  readonly paths: {
    readonly openUser: string;
    readonly record: string;
    balance(user: UserId): string;
    lookUp(uid: string): string;
  };
  /** The body of a request for a user that does not exist yet; the second generation chooses the id itself. */
  newUser(name: string): Readonly<Record<string, unknown>>;
  open(name: string): Promise<UserId>;
  /** The method and the body of a request to record a transaction. */
  readonly recordBy: 'POST' | 'PUT';
  written(transaction: OlderTransaction): Readonly<Record<string, unknown>>;
  record(transaction: OlderTransaction): Promise<Reply>;
  /** Now, or as of a date as it stands in the query. */
  balance(user: UserId, asOf?: string): Promise<Reply>;
  lookUp(uid: string): Promise<Reply>;
  /** What a look-up has to show. @param time as answered */
  shown(transaction: OlderTransaction, amount: string, time: string): Readonly<Record<string, unknown>>;
}

/** Where commands and queries go: one origin, or one of several command-api processes beside it. */
export interface Origins {
  readonly commands: string;
  readonly queries: string;
}

let users = 0;

export function firstGeneration({ commands, queries }: Origins): OlderFrontend {
  return frontend({
    generation: 'first',
    statuses: { opened: 201, refused: 402 },
    words: { time: 'timestamp', asOf: 'date' },
    paths: {
      openUser: `${commands}/v1/user`,
      record: `${commands}/v1/transaction`,
      balance: (user: UserId) => `${queries}/v1/user/${user}/balance`,
      lookUp: (uid: string) => `${queries}/v1/transaction/${uid}`,
    },
    newUser: (name) => ({ name }),
    recordBy: 'POST',
  });
}

export function secondGeneration({ commands, queries }: Origins): OlderFrontend {
  return frontend({
    generation: 'second',
    statuses: { opened: 200, refused: 409 },
    words: { time: 'created_at', asOf: 'ts' },
    paths: {
      openUser: `${commands}/api/user`,
      record: `${commands}/api/transaction`,
      balance: (user: UserId) => `${queries}/api/user/${user}/balance`,
      lookUp: (uid: string) => `${queries}/api/transaction/${uid}`,
    },
    newUser(name) {
      users += 1;
      return { id: `frontend-user-${users}`, name };
    },
    recordBy: 'PUT',
  });
}

export const generations = [firstGeneration, secondGeneration] as const;

function frontend(
  own: Pick<OlderFrontend, 'generation' | 'statuses' | 'words' | 'paths' | 'newUser' | 'recordBy'>,
): OlderFrontend {
  const { statuses, words, paths, newUser, recordBy } = own;
  const written = ({ user, time, ...same }: OlderTransaction) => ({ ...same, user_id: user, [words.time]: time });
  return {
    ...own,
    async open(name) {
      const { status, body } = await call('POST', paths.openUser, newUser(name));
      const { id } = body;
      if (status !== statuses.opened || (typeof id !== 'number' && typeof id !== 'string')) {
        throw new Error(`no user was opened: ${status} ${JSON.stringify(body)}`);
      }
      return id;
    },
    written,
    record: (transaction) => call(recordBy, paths.record, written(transaction)),
    balance: (user, asOf) => get(paths.balance(user) + (asOf === undefined ? '' : `?${words.asOf}=${asOf}`)),
    lookUp: (uid) => get(paths.lookUp(uid)),
    shown: ({ uid, type, user }, amount, time) => ({ uid, type, amount, user_id: user, [words.time]: time }),
  };
}
