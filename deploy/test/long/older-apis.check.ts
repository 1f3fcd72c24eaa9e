import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { expect } from 'chai';
import { freePort } from '../../embedded/ports.ts';
import { startLedger, type TestLedger } from '../end-to-end/ledger.fixture.ts';
import { generations } from '../end-to-end/older-frontends.fixture.ts';
import { type Frontends, raceUid, raceWithdrawals } from '../end-to-end/older-races.fixture.ts';
import { until } from '../until.fixture.ts';
import { createInstance, type Instance } from './commands-under-fire/instance.ts';
import { type CrashFigures, runCrashRound } from './older-apis/crash-round.ts';

const rounds = Number(process.env['ROUNDS'] ?? 100);

describe('the older APIs, half of the requests to each of two command-api processes', function () {
  this.timeout(15 * 60_000);
  const stops: (() => Promise<unknown>)[] = [];
  let ledger: TestLedger;
  let instances: readonly [Instance, Instance];
  let store: EventStore;

  before(async () => {
    const port = await freePort('127.0.0.1');
    ledger = await startLedger({ EVENTSTORE_PORT: String(port) });
    stops.push(() => ledger.stop());
    instances = [await startInstance(port), await startInstance(port)];
    store = connectEventStore(`esdb://127.0.0.1:${port}?tls=false`);
    stops.push(() => store.dispose());
  });
  after(async () => {
    const problems: unknown[] = [];
    for (const stop of stops.reverse()) await stop().catch((error: unknown) => problems.push(error));
    expect(problems, 'what did not stop').to.deep.equal([]);
  });

  async function startInstance(port: number): Promise<Instance> {
    const instance = await createInstance(port);
    stops.push(() => instance.proxy.stop());
    await instance.start();
    stops.push(() => instance.kill());
    await untilReady(instance);
    return instance;
  }

  function untilReady({ origin }: Instance): Promise<boolean> {
    return until(`${origin} is ready`, async () => (await fetch(`${origin}/readyz`)).status === 200);
  }

  function frontendsOf(generation: (typeof generations)[number]): Frontends {
    const [one, other] = instances;
    const to = ({ origin }: Instance) => generation({ commands: origin, queries: ledger.gateway });
    return [to(one), to(other)];
  }

  for (const [at, generation] of generations.entries()) {
    const name = at === 0 ? 'first' : 'second';

    it(`let two of five withdrawals of 700.00 at once from 1500.00 through, in the ${name} generation: ${rounds} rounds`, () =>
      raceWithdrawals(frontendsOf(generation), rounds));

    it(`make one transaction of one uid sent 20 times at once to two users, in the ${name} generation: ${rounds} rounds`, () =>
      raceUid(frontendsOf(generation), ledger.gateway, rounds));
  }

  it(`leave nothing half done where one is killed in the midst, between uids' reservations and their transactions too: ${rounds} rounds`, async () => {
    const all: CrashFigures = { unanswered: 0, halfDone: 0, contested: 0, accepted: 0, refused: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const victim = Math.floor(round / 2) % 2 === 0 ? instances[0] : instances[1];
      const figures = await runCrashRound({
        frontends: frontendsOf(round % 2 === 0 ? generations[0] : generations[1]),
        victim,
        killAfter: { count: 1 + (round % 20), what: round % 3 === 0 ? 'reserved' : 'answered' },
        prefix: `crash-${round}-`,
        store,
      });
      await untilReady(victim);
      for (const name of Object.keys(all) as (keyof CrashFigures)[]) all[name] += figures[name];
    }
    console.log(`      ${JSON.stringify({ rounds, ...all }, undefined, 1).replaceAll('\n', '\n      ')}`);
    expect(all.unanswered).to.be.greaterThan(0);
    expect(all.halfDone, 'uids that were reserved and in no account').to.be.greaterThan(0);
    expect(all.refused).to.be.greaterThan(0);
  });
});
