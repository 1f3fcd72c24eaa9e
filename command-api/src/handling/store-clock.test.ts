import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { createSimulatedStore } from './simulated-store.fixture.ts';
import { createStoreClock } from './store-clock.ts';
import { machineTimers } from './timers.ts';

describe('the store’s clock', () => {
  it('is not known before the first probe, then what the store said', async () => {
    const store = createSimulatedStore();
    const clock = createStoreClock(store, machineTimers, 'clock-1', createLog('test', 'silent'));
    expect(clock.now()).to.equal(undefined);
    const failed = new Promise<void>((resolve) => {
      store.interceptNext(() => {
        resolve();
        throw new Error('not yet');
      });
    });
    clock.start();
    await failed;
    expect(clock.now()).to.equal(undefined);
    const known = await waitFor(() => clock.now(), 'the clock to be probed again');
    // The simulated store writes everything at the start of 1970; what has passed since is this process's own time.
    expect(known).to.be.within(0, 10_000);
    expect(clock.now()).to.be.at.least(known);
    expect(store.events('clock-1').map(({ type }) => type)).to.deep.equal(['ClockProbed']);
    clock.stop();
  });
});

describe('a probe that fails', () => {
  it('is told once, until one has gone well', async () => {
    const store = createSimulatedStore();
    const told: unknown[] = [];
    const log = Object.assign(createLog('test', 'silent'), { warn: (...entry: unknown[]) => void told.push(entry) });
    const refuse = () => {
      throw new Error('access denied');
    };
    store.interceptNext(refuse, refuse, refuse);
    const clock = createStoreClock(store, machineTimers, 'clock-1', log);
    clock.start();
    await waitFor(() => clock.now(), 'the clock to be probed for the fourth time');
    expect(JSON.stringify(told)).to.contain('access denied');
    expect(told).to.have.length(1);
    clock.stop();
  });
});

async function waitFor<T>(read: () => T | undefined, what: string): Promise<T> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const value = read();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`waited 5 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
