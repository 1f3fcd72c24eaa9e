import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { startEventStore } from '../../../deploy/embedded/event-store/node.ts';

/** Sets a process's clock back by an hour, before anything else of it runs. */
const anHourBehind = `data:text/javascript,${encodeURIComponent(`
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...time) {
      super(...(time.length > 0 ? time : [Right.now() - 3_600_000]));
    }
    static now() {
      return Right.now() - 3_600_000;
    }
  };
`)}`;

describe('a process whose machine has a wrong clock', () => {
  it('appends as any other: no moment of its clock is compared with the server’s', async () => {
    const node = await startEventStore({ memory: true, port: 0 });
    const child = fork(new URL('./appends-of-a-process.fixture.ts', import.meta.url), [node.url], {
      execArgv: ['--import', anHourBehind, '--import', 'tsx', '--conditions', 'ledger-source'],
    });
    const exited = once(child, 'exit');
    expect((await once(child, 'message'))[0]).to.equal('ready');
    child.send(5);
    expect([(await once(child, 'message'))[0], (await once(child, 'message'))[0]]).to.deep.equal(['sent', 5]);
    child.kill();
    await exited;
    await node.stop();
  });
});
