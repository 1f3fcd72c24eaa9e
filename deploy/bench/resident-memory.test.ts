import { expect } from 'chai';
import { residentBytes } from './resident-memory.ts';

describe('resident memory', () => {
  it('of this process is what Node says it is', function () {
    if (process.platform !== 'linux') this.skip();
    const rss = process.memoryUsage().rss;
    expect(residentBytes(process.pid)).to.be.within(rss * 0.8, rss * 1.2);
  });

  it('of a process that is not there is an error', function () {
    if (process.platform !== 'linux') this.skip();
    expect(() => residentBytes(2 ** 22 + 1)).to.throw('ENOENT');
  });
});
