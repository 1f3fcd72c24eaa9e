import { randomUUID } from 'node:crypto';
import type { JsonEvent } from '@ledger/shared/event-store/event-store';
import { accountStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { accountHistory } from '../../../test/account-history.fixture.ts';
import { failure } from '../../../test/failure.fixture.ts';
import { memoryEventStore } from '../../../test/memory-event-store.fixture.ts';
import { accountId } from '../commands.ts';
import { readLedgerTotals } from './read-totals.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

describe("the ledger's totals", () => {
  const append = async (streams: readonly (readonly JsonEvent[])[]) => {
    const store = memoryEventStore();
    await store.append('clock-here', [{ id: randomUUID(), type: 'Probed', data: {}, metadata: {} }], 'any', 1_000);
    for (const [account, events] of streams.entries()) {
      await store.append(accountStream(accountId(account)), events, 'any', 1_000);
    }
    return store;
  };

  function history(account: number, deltas: readonly bigint[], ids: readonly string[] = []) {
    const made = accountHistory(accountId(account), NOON);
    for (const [i, delta] of deltas.entries()) made.transact(delta, NOON, NOON, ids[i]);
    return made.events;
  }

  it('are the sums of all events', async () => {
    const store = await append([history(0, [100n, -30n, 5n]), history(1, []), history(2, [7n])]);
    expect(await readLedgerTotals(store, 3)).to.deep.equal([
      { balanceMinor: 75n, transactions: 3 },
      { balanceMinor: 0n, transactions: 0 },
      { balanceMinor: 7n, transactions: 1 },
    ]);
  });

  it('are not told of events that can not be right', async () => {
    const told = async (events: readonly JsonEvent[]) =>
      String(await failure(readLedgerTotals(await append([events]), 1)));
    const right = history(0, [100n, 50n]);
    const [opened, first, second] = right as [JsonEvent, JsonEvent, JsonEvent];
    expect(await told([opened, second])).to.contain('the balance is 150, the sum 50');
    expect(await told([opened, first, first])).to.contain('the sum 200');
    expect(await told(history(0, [100n, 50n], ['same', 'same']))).to.contain('same a second time');
    expect(await told(history(0, [100n, -101n]))).to.contain('a WithdrawalRefused');
    expect(String(await failure(readLedgerTotals(await append([right, right]), 1)))).to.contain('no account of this');
  });

  it('are not told of a store that leaves an event out', async () => {
    const store = await append([history(0, [100n, -100n, 50n])]);
    const leavesOut = {
      async *readAllForwards(position: bigint, limit: number) {
        for await (const event of store.readAllForwards(position, limit)) {
          if (event.type === 'AccountOpened' || event.revision === 3) yield event;
        }
      },
    };
    expect(String(await failure(readLedgerTotals(leavesOut, 1)))).to.contain('revision 3: 1 was to come');
  });
});
