import { expect } from 'chai';
import { createRandom } from '../../../deploy/test/long/kill-rounds/random.ts';
import { Timeline } from './timeline.ts';

/** Branches above branches: three levels or more. */
const count = 6_000;
const random = createRandom(3);
/** Dates of two milliseconds at least between each other, so that there are some that nothing moved at. */
const rising = Array.from({ length: count }, (_, i) => 3 * i - 5_000 + random.below(2));
const shuffled = rising
  .map((at) => ({ at, key: random.below(2 ** 30) }))
  .sort((a, b) => a.key - b.key)
  .map(({ at }) => at);
const deltas = rising.map(() => BigInt(random.below(2_001) - 1_000) * 10n ** BigInt(random.below(14)));

const orders: Readonly<Record<string, readonly number[]>> = {
  rising,
  falling: rising.toReversed(),
  random: shuffled,
  'each twice': [...shuffled.slice(0, count / 2), ...shuffled.slice(0, count / 2)],
};

const ways: Readonly<Record<string, (dates: readonly number[]) => Timeline>> = {
  'one by one': (dates) => added(Timeline.empty, dates, 0),
  'all at once': (dates) => bulk(dates, count),
  'most at once, then one by one': (dates) => added(bulk(dates, count / 3), dates, count / 3),
};

function added(timeline: Timeline, dates: readonly number[], from: number): Timeline {
  return dates.slice(from).reduce((line, at, i) => line.add(at, deltas[from + i] ?? 0n), timeline);
}

function bulk(dates: readonly number[], upTo: number): Timeline {
  return Timeline.of(Float64Array.from(dates.slice(0, upTo)), BigInt64Array.from(deltas.slice(0, upTo)));
}

/** Instants as they rise, with the balance at the end of each. */
function balancesOf(dates: readonly number[]): { at: number; balance: bigint }[] {
  const moved = new Map<number, bigint>();
  for (const [i, at] of dates.entries()) moved.set(at, (moved.get(at) ?? 0n) + (deltas[i] ?? 0n));
  let balance = 0n;
  return [...moved.keys()]
    .sort((a, b) => a - b)
    .map((at) => {
      balance += moved.get(at) ?? 0n;
      return { at, balance };
    });
}

describe('a timeline of many instants', () => {
  for (const [order, dates] of Object.entries(orders)) {
    const balances = balancesOf(dates);
    for (const [way, timelineOf] of Object.entries(ways)) {
      it(`answers as a plain list does, with dates ${order}, added ${way}`, () => {
        const timeline = timelineOf(dates);
        expect(timeline.size).to.equal(balances.length);
        expect(timeline.balance).to.equal(balances.at(-1)?.balance);
        checkDates(timeline, balances);
        checkFirstBelow(timeline, balances);
      });
    }
  }

  it('is made in pieces, of some ten thousands of movements each, and is the same', async () => {
    const many = Float64Array.from({ length: 300_000 }, () => random.below(2 ** 30));
    const moves = BigInt64Array.from(many, () => BigInt(random.below(2_001) - 1_000));
    let pauses = 0;
    const made = await Timeline.ofMany(many, moves, async () => {
      pauses += 1;
    });
    const whole = Timeline.of(many, moves);
    // To look at the dates, twice for each of three digits, to merge, and for the leaves.
    expect(pauses).to.equal(9 * 4);
    expect([made.size, made.sizeBytes, made.balance]).to.deep.equal([whole.size, whole.sizeBytes, whole.balance]);
    for (const at of many.slice(0, 1_000)) expect(made.rangeFrom(at)).to.deep.equal(whole.rangeFrom(at));
  });

  it('stays as it was while others are made of it', () => {
    const before = bulk(shuffled, count / 2);
    const balances = balancesOf(shuffled.slice(0, count / 2));
    for (const at of shuffled.slice(0, 1_000)) before.add(at, -1n);
    for (const at of shuffled.slice(count / 2)) before.add(at, 1n);
    checkDates(before, balances);
  });
});

/** Asks from every instant on, from the last to the first, and from the millisecond after it. */
function checkDates(timeline: Timeline, balances: readonly { at: number; balance: bigint }[]): void {
  let lowest: bigint | undefined;
  let highest: bigint | undefined;
  for (const { at, balance } of balances.toReversed()) {
    if (lowest === undefined || balance < lowest) lowest = balance;
    if (highest === undefined || balance > highest) highest = balance;
    const range = timeline.rangeFrom(at);
    if (timeline.balanceAsOf(at) !== balance || timeline.balanceAsOf(at + 1) !== balance) expect.fail(`as of ${at}`);
    if (range.lowest !== lowest || range.highest !== highest) expect.fail(`the range from ${at} on`);
    const between = timeline.rangeFrom(at + 1);
    if (between.lowest !== lowest || between.highest !== highest) expect.fail(`the range from ${at + 1} on`);
  }
  const first = balances[0]?.at ?? 0;
  expect(timeline.balanceAsOf(first - 1)).to.equal(0n);
  expect(timeline.rangeFrom(first - 1).lowest).to.equal(lowest !== undefined && lowest < 0n ? lowest : 0n);
}

/** Asks for balances that were reached, for one more and for one less: those that tell exactly from nearly. */
function checkFirstBelow(timeline: Timeline, balances: readonly { at: number; balance: bigint }[]): void {
  for (let ask = 0; ask < 1_000; ask++) {
    const from = random.below(balances.length);
    const least = (balances[random.below(balances.length)]?.balance ?? 0n) + BigInt(random.below(3) - 1);
    const expected = balances.slice(from).find(({ balance }) => balance < least)?.at;
    const start = balances[from]?.at ?? 0;
    const found = timeline.firstBelow(least, start);
    if (found !== expected) expect.fail(`the first below ${least} from ${start} on: ${found}, not ${expected}`);
  }
}
