import { expect } from 'chai';
import type { FireCounts } from './fire.ts';
import type { History } from './history.ts';
import { type Journal, problemOf, type Sending } from './journal.ts';

export type Figures = ReturnType<typeof figuresOf>;

/** What happened under fire, counted. @param endedAt when the fire ended, by the journal's clock @param fire what it did */
export function figuresOf(
  { commands, openings, bulks }: Journal,
  histories: ReadonlyMap<string, History>,
  endedAt: number,
  fire: FireCounts & { readonly [what: string]: number },
) {
  let landed = 0;
  let notLanded = 0;
  for (const { account, id, sendings: sent } of commands) {
    const recordedBy = histories.get(account)?.byId.get(id)?.context.causationId;
    for (const { requestId, answer, sentAt } of sent) {
      if (sentAt >= endedAt || (answer && problemOf(answer) !== 'outcome-unknown')) continue;
      if (requestId === recordedBy) landed += 1;
      else notLanded += 1;
    }
  }
  return {
    commands: commands.length,
    'ids with two contents': commands.filter(({ contents }) => contents.length > 1).length,
    'bulk requests': bulks.length,
    ...answersOf({ commands, openings }, endedAt),
    'without a known outcome': { landed, 'not landed': notLanded },
    fire,
  };
}

/** What came of all that was sent before a time. */
function answersOf({ commands, openings }: Pick<Journal, 'commands' | 'openings'>, before: number) {
  const sendingsOf = <Sent>(sent: readonly { readonly sendings: readonly Sending<Sent>[] }[]) =>
    sent.flatMap(({ sendings }) => sendings.filter(({ sentAt }) => sentAt < before));
  const sendings = sendingsOf(commands);
  return {
    alone: kindsOf(sendings.filter(({ inBulk }) => !inBulk)),
    'in bulk': kindsOf(sendings.filter(({ inBulk }) => inBulk)),
    openings: kindsOf(sendingsOf(openings)),
  };
}

/** How many of each kind of answer, or end without one: "201", "503 outcome-unknown", "hung up". */
function kindsOf(sendings: readonly Sending<unknown>[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { end, answer } of sendings) {
    const problem = answer && problemOf(answer);
    const kind = answer ? `${answer.status}${problem === undefined ? '' : ` ${problem}`}` : end;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(kinds).sort(([a], [b]) => a.localeCompare(b)));
}

const kindsOfAnswers = {
  alone: [
    '200',
    '201',
    '402 insufficient-funds',
    '402 insufficient-funds-at-date',
    '409 transaction-id-reused',
    '503 outcome-unknown',
    'hung up',
    'lost',
  ],
  'in bulk': [
    '200',
    '201',
    '402 insufficient-funds',
    '402 insufficient-funds-at-date',
    '409 transaction-id-reused',
    '503 outcome-unknown',
    '503 not-attempted',
    'hung up',
  ],
  openings: ['200', '201', '409 account-id-taken'],
} as const;

function missingAnswers(answers: ReturnType<typeof answersOf>): string[] {
  return (['alone', 'in bulk', 'openings'] as const).flatMap((where) =>
    kindsOfAnswers[where].filter((kind) => !answers[where][kind]).map((kind) => `${where}: ${kind}`),
  );
}

/** Whether every kind of answer has come by now. */
export function hasEveryAnswer(journal: Journal): boolean {
  return missingAnswers(answersOf(journal, Number.POSITIVE_INFINITY)).length === 0;
}

/** A promise that was never put to the test was not kept. @throws AssertionError naming what did not happen */
export function expectEverythingHappened(figures: Figures): void {
  const missing = missingAnswers(figures);
  for (const [what, times] of [
    ...Object.entries(figures.fire),
    ...Object.entries(figures['without a known outcome']),
  ]) {
    if (times === 0) missing.push(what);
  }
  expect(missing, 'what did not happen').to.deep.equal([]);
}
