import { randomUUID } from 'node:crypto';
import type { Answer, Bulk, Command, Content, Journal, Opening, OpeningContent, Sending } from './journal.ts';

/** A client that has waited so long for an answer hangs up. */
const PATIENCE_MS = 2_500;

export interface Asked {
  /** The command-api instance to ask. */
  readonly origin: string;
  /** Default: when its patience is at an end. */
  readonly hangUpAfterMs?: number;
}

/** Sends a command and notes what comes of it. Never rejects for what a network or a killed process does. */
export async function sendCommand(command: Command, content: Content, asked: Asked): Promise<Sending<Content>> {
  const sending = begin(command.sendings, content);
  const { account, id } = command;
  const url = `${asked.origin}/v1/accounts/${account}/transactions/${id}`;
  await settle([sending], asked, (signal) => put(url, sending, signal));
  return sending;
}

export async function sendOpening(
  opening: Opening,
  content: OpeningContent,
  asked: Asked,
): Promise<Sending<OpeningContent>> {
  const sending = begin(opening.sendings, content);
  await settle([sending], asked, (signal) => put(`${asked.origin}/v1/accounts/${opening.account}`, sending, signal));
  return sending;
}

/** Sends commands in one NDJSON request. A line whose answer does not come has none. */
export async function sendBulk(
  journal: Journal,
  items: readonly (readonly [Command, Content])[],
  asked: Asked,
): Promise<Bulk> {
  const requestId = randomUUID();
  const lines = items.map(([command, content]) => {
    return { command, sending: begin(command.sendings, content, requestId) };
  });
  const bulk = { requestId, lines };
  journal.bulks.push(bulk);
  await settle(
    lines.map(({ sending }) => sending),
    asked,
    (signal) => postLines(`${asked.origin}/v1/transactions`, bulk, signal),
  );
  return bulk;
}

function begin<Sent>(sendings: Sending<Sent>[], content: Sent, bulkId?: string): Sending<Sent> {
  const sending: Sending<Sent> = {
    content,
    requestId: bulkId ?? randomUUID(),
    inBulk: bulkId !== undefined,
    sentAt: performance.now(),
    end: 'under way',
    answer: undefined,
  };
  sendings.push(sending);
  return sending;
}

async function settle(
  sendings: readonly Sending<unknown>[],
  { hangUpAfterMs = PATIENCE_MS }: Asked,
  request: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const hangUp = new AbortController();
  const timer = setTimeout(() => hangUp.abort(), hangUpAfterMs);
  try {
    await request(hangUp.signal);
  } catch (error) {
    // A TypeError is how fetch fails when a connection does.
    if (!hangUp.signal.aborted && !(error instanceof TypeError)) throw error;
  } finally {
    clearTimeout(timer);
    for (const sending of sendings) {
      sending.end = sending.answer ? 'answered' : hangUp.signal.aborted ? 'hung up' : 'lost';
    }
  }
}

async function put<Sent>(url: string, sending: Sending<Sent>, signal: AbortSignal): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'X-Request-Id': sending.requestId };
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(sending.content), signal });
  const body = (await response.json()) as Answer['body'];
  const replayed = response.headers.get('Idempotent-Replayed') === 'true';
  sending.answer = { at: performance.now(), status: response.status, replayed, body };
}

async function postLines(url: string, { requestId, lines }: Bulk, signal: AbortSignal): Promise<void> {
  const headers = { 'Content-Type': 'application/x-ndjson', 'X-Request-Id': requestId };
  const body = lines.map(({ command, sending }) =>
    JSON.stringify({ accountId: command.account, transactionId: command.id, ...sending.content }),
  );
  const response = await fetch(url, { method: 'POST', headers, body: body.join('\n'), signal });
  if (response.status !== 200 || !response.body) throw new Error(`a bulk request was answered ${response.status}`);
  let begun = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const whole = `${begun}${text}`.split('\n');
    begun = whole.pop() ?? '';
    for (const line of whole) takeLine(lines, JSON.parse(line));
  }
}

function takeLine(
  lines: Bulk['lines'],
  { line, status, replayed, ...body }: { line: number; status: number; replayed: boolean },
): void {
  const sending = lines[line - 1]?.sending;
  if (!sending || sending.answer) throw new Error(`a bulk request has no line ${line}, or had its answer before`);
  sending.answer = { at: performance.now(), status, replayed, body };
}
