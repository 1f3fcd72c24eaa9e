import { expect } from 'chai';
import { createRandom } from '../../../deploy/test/long/kill-rounds/random.ts';
import { Timeline } from './timeline.ts';

/** Some leaves, and a branch above them. */
const instants = 300;

describe('a timeline that is asked everything', () => {
  it('names the first instant below any balance, from any date on, exactly', () => {
    const random = createRandom(1);
    for (let round = 0; round < 8; round++) {
      let timeline = Timeline.empty;
      let balance = 0n;
      const balances = Array.from({ length: instants }, (_, at) => {
        const delta = BigInt(random.below(9) - 4);
        timeline = timeline.add(at, delta);
        balance += delta;
        return balance;
      });
      for (let from = 0; from < instants; from += 1 + random.below(9)) {
        for (let least = -20n; least <= 20n; least++) {
          const first = balances.findIndex((reached, at) => at >= from && reached < least);
          const found = timeline.firstBelow(least, from);
          if (found !== (first === -1 ? undefined : first)) {
            expect.fail(`${found} is said to be the first below ${least} from ${from} on, of ${balances.join(' ')}`);
          }
        }
      }
    }
  });
});
