import { expect } from 'chai';
import fc from 'fast-check';
import type { BulkItem } from './items.ts';
import { lineLimitBytes, readLines } from './lines.ts';

const bom = '\u{feff}';

async function itemsOf(...chunks: readonly (string | Uint8Array)[]): Promise<BulkItem[]> {
  async function* body(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  }
  const items: BulkItem[] = [];
  for await (const item of readLines(body())) items.push(item);
  return items;
}

/** `1: value` or `2: the problem's name`. */
const brief = (items: readonly BulkItem[]) =>
  items.map((item) => `${item.line}: ${'problem' in item ? item.problem.kind : JSON.stringify(item.value)}`);

/** A JSON string of so many bytes. */
const ofBytes = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

describe('the lines of a bulk request', () => {
  for (const [what, text, items] of [
    ['end with a newline', '1\n2\n', ['1: 1', '2: 2']],
    ['may lack the last newline', '1\n2', ['1: 1', '2: 2']],
    ['end with CRLF', '1\r\n2\r\n', ['1: 1', '2: 2']],
    [
      'count where they are blank, however long, and are left out',
      `\n1\n \t\r\n${' '.repeat(5_000)}\n2\n\n`,
      ['2: 1', '5: 2'],
    ],
    ['are none in an empty body', '', []],
    ['may begin with a byte order mark', `${bom}1\n2`, ['1: 1', '2: 2']],
    ['are none after a byte order mark alone', `${bom}\r\n`, []],
    ['are bad alone where they are no JSON', '1\n{"oops\n}\n2', ['1: 1', '2: invalid-json', '3: invalid-json', '4: 2']],
    ['are not cut at other ends of lines', '"a\u2028b"\n"\u0085"', ['1: "a\u2028b"', '2: "\u0085"']],
    ['hold a whole value, not two', '1 2\n{}{}\n', ['1: invalid-json', '2: invalid-json']],
  ] as const) {
    it(what, async () => expect(brief(await itemsOf(text))).to.deep.equal(items));
  }

  it('are bad alone where they are not UTF-8', async () => {
    for (const bytes of [[0xe9], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xc0, 0xaf]]) {
      expect(brief(await itemsOf('1\n"', Buffer.from(bytes), '"\n2'))).to.deep.equal([
        '1: 1',
        '2: invalid-json',
        '3: 2',
      ]);
    }
  });

  it('have at most 32 kB, the end of the line not counted', async () => {
    for (const end of ['\n', '\r\n', '']) {
      const fits = await itemsOf(ofBytes(lineLimitBytes), end);
      expect(fits.map((item) => 'value' in item)).to.deep.equal([true]);
      expect(brief(await itemsOf(ofBytes(lineLimitBytes + 1), end))).to.deep.equal(['1: body-too-large']);
      expect(brief(await itemsOf(`${ofBytes(lineLimitBytes)} `, end, '\n1'))[0]).to.equal('1: body-too-large');
    }
  });

  it('may be cut anywhere on their way', async () => {
    const lines = fc.constantFrom(
      '1',
      '',
      ' ',
      '"é😀"',
      '{"a',
      '\ud800',
      ofBytes(lineLimitBytes),
      ofBytes(lineLimitBytes + 1),
    );
    const ends = fc.constantFrom('\n', '\r\n');
    const bodies = fc.array(fc.tuple(lines, ends), { maxLength: 6 }).map((all) => Buffer.from(all.flat().join('')));
    await fc.assert(
      fc.asyncProperty(bodies, fc.array(fc.nat(250_000)), async (body, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut < body.length).sort((a, b) => a - b), body.length];
        const chunks = places.slice(1).map((end, at) => body.subarray(places[at], end));
        expect(brief(await itemsOf(...chunks))).to.deep.equal(brief(await itemsOf(body)));
      }),
      { numRuns: 100 },
    );
  });
});
