import { Pool } from 'undici';
import { z } from 'zod';
import { linesOf } from './lines-of.ts';

/** Longer than the ledger holds a request while it restarts a part of itself. */
const answerTimeoutMs = 60_000;

/** The ledger answers, but not as a ledger would: going on makes no sense. */
export class NotALedger extends Error {
  override readonly name = 'NotALedger';
}

/** What became of one command. */
export type Outcome = z.infer<typeof outcomeSchema>;

const outcomeSchema = z.looseObject({
  /** From 1, within the request. */
  line: z.int().min(1),
  status: z.int(),
  replayed: z.boolean().optional(),
  type: z.string().optional(),
  detail: z.string().optional(),
});

/** What the answer to a bulk request said before it ended or broke off. */
export interface BulkAnswer {
  /** One for each command, in order; undefined where none came. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** Why some are missing. */
  readonly failure: string | undefined;
}

/** `opened` also where the account was there before. `unsettled`: it is worth trying again. */
export type Opening =
  | { readonly result: 'opened' }
  | { readonly result: 'refused' | 'unsettled'; readonly why: string };

export interface Ledger {
  /** @throws NotALedger */
  openAccount(accountId: string, currency: string | undefined): Promise<Opening>;
  /**
   * @param onOutcome called with each outcome as it comes, which may be long before the last
   * @throws NotALedger where the request as a whole is refused
   */
  submit(commands: readonly string[], onOutcome: (outcome: Outcome) => void): Promise<BulkAnswer>;
  /** Breaks off what is under way. May be called again. */
  close(): Promise<void>;
}

/** The ledger at `url` (of the gateway; a path before `/v1` is kept). */
export function connectLedger(url: string): Ledger {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, { headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs });

  async function openAccount(accountId: string, currency: string | undefined): Promise<Opening> {
    const path = `${base}/v1/accounts/${encodeURIComponent(accountId)}`;
    const body = JSON.stringify({ name: accountId, ...(currency !== undefined && { currency }) });
    const headers = { 'content-type': 'application/json' };
    try {
      const answer = await pool.request({ method: 'PUT', path, headers, body });
      const text = await answer.body.text();
      // 409: it is there under another name or in another currency. If the currency is wrong, its lines will say so.
      if ([200, 201, 409].includes(answer.statusCode)) return { result: 'opened' };
      const why = describe(answer.statusCode, text);
      if (mayPass(answer.statusCode)) return { result: 'unsettled', why };
      if ([400, 422].includes(answer.statusCode)) return { result: 'refused', why };
      throw new NotALedger(`PUT ${path} was answered with ${why}`);
    } catch (error) {
      return { result: 'unsettled', why: connectionFailure(error) };
    }
  }

  async function submit(commands: readonly string[], onOutcome: (outcome: Outcome) => void): Promise<BulkAnswer> {
    const outcomes: (Outcome | undefined)[] = commands.map(() => undefined);
    const path = `${base}/v1/transactions`;
    const body = `${commands.join('\n')}\n`;
    const headers = { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' };
    try {
      const answer = await pool.request({ method: 'POST', path, headers, body });
      if (answer.statusCode !== 200) {
        const why = describe(answer.statusCode, await answer.body.text());
        if (mayPass(answer.statusCode)) return { outcomes, failure: why };
        throw new NotALedger(`POST ${path} was answered with ${why}`);
      }
      for await (const { text } of linesOf(answer.body)) {
        const outcome = parseOutcome(text);
        if (!outcome || outcome.line > outcomes.length || outcomes[outcome.line - 1]) continue;
        outcomes[outcome.line - 1] = outcome;
        onOutcome(outcome);
      }
    } catch (error) {
      return { outcomes, failure: connectionFailure(error) };
    }
    return { outcomes, failure: outcomes.includes(undefined) ? 'the answer ended early' : undefined };
  }

  return { openAccount, submit, close: () => pool.destroy() };
}

function mayPass(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function connectionFailure(error: unknown): string {
  if (!(error instanceof Error) || error instanceof NotALedger) throw error;
  // Where a name has several addresses, Node reports all that failed, with an empty message.
  return error.message || ('code' in error ? String(error.code) : error.name);
}

const problemSchema = z.object({ title: z.string(), detail: z.string().optional() });

function describe(status: number, text: string): string {
  const problem = problemSchema.safeParse(parseJson(text));
  return problem.success ? `${status}: ${problem.data.detail ?? problem.data.title}` : `${status}`;
}

/** Undefined for a line that is cut off in the middle: its outcome counts as missing. */
function parseOutcome(text: string): Outcome | undefined {
  return outcomeSchema.safeParse(parseJson(text)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
