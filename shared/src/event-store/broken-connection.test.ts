import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { type EventStoreNode, startEventStore } from '../../../deploy/embedded/event-store/node.ts';
import { startTcpProxy, type TcpProxy } from '../../../deploy/test/tcp-proxy.fixture.ts';

describe('a process that has more appends waiting than its connection takes at once', () => {
  let node: EventStoreNode;
  let proxy: TcpProxy;
  let child: ChildProcess;
  let exited: Promise<unknown>;

  beforeEach(async () => {
    node = await startEventStore({ memory: true, port: 0 });
    proxy = await startTcpProxy(node.port);
    const url = `esdb://127.0.0.1:${proxy.port}?tls=false`;
    // A process of its own: the test runner would take the rejections that nobody handles for its own.
    child = fork(new URL('./appends-of-a-process.fixture.ts', import.meta.url), [url], {
      execArgv: ['--import', 'tsx', '--conditions', 'ledger-source'],
    });
    exited = once(child, 'exit');
    expect(await said()).to.equal('ready');
    child.send(1);
    expect([await said(), await said()]).to.deep.equal(['sent', 1]);
    proxy.stall();
    child.send(400);
    expect(await said()).to.equal('sent');
  });
  afterEach(async () => {
    child.kill();
    await exited;
    await proxy.stop();
    await node.stop();
  });

  async function said(): Promise<unknown> {
    const answer = await Promise.race([once(child, 'message'), exited.then(() => ['the process has ended'])]);
    return answer[0];
  }

  it('lives on when the connection breaks', async () => {
    proxy.cut();
    expect(await said()).to.equal(0);
    proxy.mend();
    child.send(10);
    expect([await said(), await said()]).to.deep.equal(['sent', 10]);
  });

  it('lives on when nothing is answered, and what was sent arrives late', async () => {
    expect(await said()).to.equal(0);
    proxy.mend();
    child.send(10);
    expect([await said(), await said()]).to.deep.equal(['sent', 10]);
  });
});
