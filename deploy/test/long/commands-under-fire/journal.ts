/** What the clients did and what they were told: everything that the streams are held against afterwards. */
export interface Journal {
  readonly commands: Command[];
  readonly openings: Opening[];
  readonly bulks: Bulk[];
}

/** What is sent for a transaction. All strings, as the API takes and shows them. */
export interface Content {
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: string;
  readonly effectiveAt?: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A transaction id of an account, with all that was ever sent under it. */
export interface Command {
  readonly account: string;
  readonly id: string;
  /** More than one where other content was sent on purpose. */
  readonly contents: Content[];
  readonly sendings: Sending<Content>[];
}

export interface OpeningContent {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An account id, with all that was ever sent to open it. */
export interface Opening {
  readonly account: string;
  readonly contents: OpeningContent[];
  readonly sendings: Sending<OpeningContent>[];
}

/** One send of one content; alone, or as a line of a bulk request. Times are of this process's monotonic clock, in ms. */
export interface Sending<Sent> {
  readonly content: Sent;
  /** Stands in the event that this very request recorded. */
  readonly requestId: string;
  readonly inBulk: boolean;
  readonly sentAt: number;
  /** Lost: the connection broke, or the process was gone. */
  end: 'under way' | 'answered' | 'lost' | 'hung up';
  /** Undefined where none came. */
  answer: Answer | undefined;
}

export interface Answer {
  readonly at: number;
  readonly status: number;
  readonly replayed: boolean;
  /** Of a line of a bulk request: without `line`, `status` and `replayed`. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Bulk {
  readonly requestId: string;
  /** In the order sent. */
  readonly lines: readonly { readonly command: Command; readonly sending: Sending<Content> }[];
}

/** A 503 says that a command has no outcome yet; every other answer is for ever. */
export const isDefinite = ({ status }: Answer): boolean => status !== 503;

/** The name of a problem: "insufficient-funds"; undefined for an answer that is none. */
export function problemOf({ body, status }: Answer): string | undefined {
  return status < 400 ? undefined : String(body['type']).replace('/problems/', '');
}
