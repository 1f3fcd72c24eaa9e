import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { createQueueRoom } from './queue-room.ts';

const small = deposit('small', '1.00');
const large = deposit('large', '1.00', { description: 'x'.repeat(1_000) });

describe('the room of the queues', () => {
  it('is given back to an account that still has other commands', () => {
    const room = createQueueRoom({ commands: 10, bytes: 3_000 });
    room.enter(small);
    for (let i = 0; i < 30; i++) {
      const place = room.enter(large);
      if (!place) throw new Error(`there is no place the ${i}th time`);
      room.leave(place);
    }
    expect(room.size).to.equal(1);
  });

  it('is empty when the last place is left, not before', async () => {
    const room = createQueueRoom({ commands: 10, bytes: 3_000 });
    const places = [room.enter(small), room.enter(large)];
    let isEmpty = false;
    const empty = room.empty().then(() => {
      isEmpty = true;
    });
    for (const place of places) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(isEmpty).to.equal(false);
      if (place) room.leave(place);
    }
    await empty;
  });
});
