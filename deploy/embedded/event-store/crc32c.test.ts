import { expect } from 'chai';
import { crc32c } from './crc32c.ts';

const whole = (bytes: Uint8Array) => crc32c(bytes, 0, bytes.length);

describe('CRC-32C', () => {
  // RFC 3720, B.4, and the check value of the CRC catalogue.
  const known: [name: string, bytes: Uint8Array, checksum: number][] = [
    ['"123456789"', Buffer.from('123456789'), 0xe306_9283],
    ['32 bytes of zero', new Uint8Array(32), 0x8a91_36aa],
    ['32 bytes of 0xff', new Uint8Array(32).fill(255), 0x62a8_ab43],
    ['32 bytes counting up', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd_794e],
    ['32 bytes counting down', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113f_db5c],
    ['nothing', new Uint8Array(), 0],
  ];
  for (const [name, bytes, checksum] of known) {
    it(`of ${name}`, () => expect(whole(bytes)).to.equal(checksum));
  }

  it('goes on after what came before, wherever that is cut', () => {
    const bytes = Buffer.from('The quick brown fox jumps over the lazy dog');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(crc32c(bytes, cut, bytes.length, crc32c(bytes, 0, cut))).to.equal(whole(bytes));
    }
  });
});
