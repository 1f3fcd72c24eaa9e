import { expect } from 'chai';
import { seededRandom } from '../random.ts';
import { zipf } from './zipf.ts';

describe("Zipf's distribution", () => {
  it('has each rank where the sum of 1 / (rank + 1) passes its share', () => {
    const rankOf = zipf(3);
    // 1 + 1/2 + 1/3 = 11/6: rank 0 up to 6/11, rank 1 up to 9/11, rank 2 beyond.
    const uniforms = [0, 6 / 11 - 1e-9, 6 / 11 + 1e-9, 9 / 11 - 1e-9, 9 / 11 + 1e-9, 1 - 2 ** -32];
    expect(uniforms.map(rankOf)).to.deep.equal([0, 0, 1, 1, 2, 2]);
    expect(zipf(1)(0.99)).to.equal(0);
  });

  it('gives the ranks of 10,000 as often as it should', () => {
    const samples = 200_000;
    const rankOf = zipf(10_000);
    const random = seededRandom('zipf');
    const ranks = Array.from({ length: samples }, () => rankOf(random()));
    const shareOf = (from: number, to: number) => ranks.filter((rank) => rank >= from && rank < to).length / samples;
    const harmonic = (n: number) =>
      Array.from({ length: n }, (_, i) => 1 / (i + 1)).reduce((sum, each) => sum + each, 0);
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [2, 10],
      [10, 100],
      [100, 10_000],
    ] as const) {
      const expected = (harmonic(to) - harmonic(from)) / harmonic(10_000);
      expect(shareOf(from, to), `ranks ${from} to ${to - 1}`).to.be.closeTo(expected, 0.005);
    }
  });
});

describe('seeded random numbers', () => {
  const some = (seed: string) => Array.from({ length: 5 }, seededRandom(seed));

  it('are the same for a seed, and others for another', () => {
    expect(some('a')).to.deep.equal(some('a')).and.not.deep.equal(some('b'));
  });

  it('fill the range from 0 to 1 evenly', () => {
    const random = seededRandom('even');
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(tenths).to.have.length(10);
    for (const count of tenths) expect(count).to.be.closeTo(10_000, 400);
  });
});
