import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { startEventStore } from '../../../deploy/embedded/event-store/node.ts';
import { startTcpProxy } from '../../../deploy/test/tcp-proxy.fixture.ts';

describe('a process whose connection to the event store breaks', () => {
  it('lives on, with more appends waiting than the connection takes at once', async () => {
    const node = await startEventStore({ memory: true, port: 0 });
    const proxy = await startTcpProxy(node.port);
    const url = `esdb://127.0.0.1:${proxy.port}?tls=false`;
    // A process of its own: the test runner would take the rejections that nobody handles for its own.
    const child = fork(new URL('./appends-of-a-process.fixture.ts', import.meta.url), [url], {
      execArgv: ['--import', 'tsx', '--conditions', 'ledger-source'],
    });
    const exited = once(child, 'exit');
    const said = async (): Promise<unknown> => {
      const answer = await Promise.race([once(child, 'message'), exited.then(() => ['the process has ended'])]);
      return answer[0];
    };
    expect(await said()).to.equal('ready');
    child.send(1);
    expect([await said(), await said()]).to.deep.equal(['sent', 1]);

    proxy.stall();
    child.send(400);
    expect(await said()).to.equal('sent');
    proxy.cut();
    expect(await said()).to.equal(0);

    proxy.mend();
    child.send(10);
    expect([await said(), await said()]).to.deep.equal(['sent', 10]);
    child.kill();
    await exited;
    await proxy.stop();
    await node.stop();
  });
});
