import { expect } from 'chai';
import { createOutlet } from './event-outlet.ts';
import type { Call } from './transport/call.ts';
import { createOutbox } from './transport/outbox.ts';

/** A call whose client takes bytes when the test says so. */
function slowCall() {
  const sends: (() => void)[] = [];
  const leaving = new AbortController();
  let wake = (): void => undefined;
  const outbox = createOutbox((_bytes, sent) => {
    sends.push(sent);
  });
  const call: Call = {
    send: () => undefined,
    put: outbox.put,
    get unsentBytes() {
      return outbox.unsentBytes;
    },
    async drained(atMostBytes) {
      while (outbox.unsentBytes > atMostBytes && !leaving.signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    end: () => undefined,
    fail: () => undefined,
    cut: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    gone: leaving.signal,
  };
  return {
    call,
    takeAll() {
      for (const sent of sends.splice(0)) sent();
      wake();
    },
    leave() {
      leaving.abort();
      wake();
    },
  };
}

const event = { bytes: 1000, write: () => undefined };

describe('the outlet of a read', () => {
  it('says when enough is on the way, and waits until the client has taken of it', async () => {
    const client = slowCall();
    const outlet = createOutlet(client.call);
    let sent = 1;
    while (outlet.put(event)) sent += 1;
    expect(sent).to.be.within(100, 140);
    let hasRoom = false;
    const ready = outlet.ready().then(() => {
      hasRoom = true;
    });
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(hasRoom).to.equal(false);
    client.takeAll();
    await ready;
    expect(outlet.put(event)).to.equal(true);
  });

  it('does not wait for a client that has left, and takes nothing more for it', async () => {
    const client = slowCall();
    const outlet = createOutlet(client.call);
    while (outlet.put(event));
    const ready = outlet.ready();
    client.leave();
    await ready;
    expect(outlet.put(event)).to.equal(false);
  });
});
