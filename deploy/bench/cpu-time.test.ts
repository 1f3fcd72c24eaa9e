import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { cpuTimeMs, treeCpuTimeMs } from './cpu-time.ts';

/** Has a child work for some 100 ms of CPU time and end, then starts another, says so and waits. */
const SCRIPT = `
  const { execFileSync, spawn } = require('node:child_process');
  const work = 'while (process.cpuUsage().user < 100_000);';
  execFileSync(process.execPath, ['-e', work]);
  const child = spawn(process.execPath, ['-e', work + 'console.log(1); process.stdin.resume();'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.once('data', () => console.log(child.pid));
  process.stdin.resume().once('end', () => process.exit());
`;

describe('CPU time', () => {
  let child: ChildProcess;

  before(function startOnLinux() {
    if (process.platform !== 'linux') this.skip();
    child = spawn(process.execPath, ['-e', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  });

  after(async () => {
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  });

  it('of a process with its descendants includes those that live and those that have ended', async () => {
    const [told] = await once(child.stdout as NodeJS.ReadableStream, 'data');
    const pid = child.pid ?? 0;
    const own = cpuTimeMs(pid) ?? 0;
    const grandchild = cpuTimeMs(Number(String(told))) ?? 0;
    const tree = treeCpuTimeMs(pid) ?? 0;
    expect(grandchild).to.be.at.least(90);
    // The one that has ended took as much, and is known to its parent alone.
    expect(tree).to.be.at.least(own + grandchild + 90);
    const self = cpuTimeMs(process.pid) ?? 0;
    expect(treeCpuTimeMs(process.pid)).to.be.at.least(self + own + grandchild + 90);
    expect(treeCpuTimeMs(Number(String(told)))).to.be.within(grandchild, grandchild + 50);
  });

  it('of a process that is not there is an error', () => {
    expect(() => treeCpuTimeMs(2 ** 30)).to.throw('ENOENT');
  });
});
