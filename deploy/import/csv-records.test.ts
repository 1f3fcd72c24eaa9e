import { expect } from 'chai';
import { type CsvRecord, csvRecords } from './csv-records.ts';
import { linesOf } from './lines-of.ts';

async function recordsOf(...chunks: (string | Buffer)[]): Promise<CsvRecord[]> {
  async function* bytes() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(linesOf(bytes()))) records.push(record);
  return records;
}

const fields = (records: readonly CsvRecord[]) => records.map((record) => record.fields);

describe('CSV records', () => {
  it('come whole, wherever the bytes are cut', async () => {
    const text = Buffer.from('a,b\r\n1,"ž ""x"",\ny"\n\n2,ř');
    const whole = await recordsOf(text);
    expect(whole).to.deep.equal([
      { number: 1, fields: ['a', 'b'] },
      { number: 2, fields: ['1', 'ž "x",\ny'] },
      { number: 5, fields: ['2', 'ř'] },
    ]);
    for (let at = 1; at < text.length; at += 1) {
      expect(await recordsOf(text.subarray(0, at), text.subarray(at)), `cut at ${at}`).to.deep.equal(whole);
    }
  });

  it('lose one line to a quote that is wrong, not those after it', async () => {
    for (const wrong of ['1,"2', '1,"2"x', '1,2"x', '"1"",2']) {
      const [, bad, ...others] = await recordsOf(`a,b\n${wrong}\n3,4\n"5","6"\n7,8\n`);
      expect(bad).to.include({ number: 2 }).and.to.have.property('error');
      expect(fields(others), wrong).to.deep.equal([
        ['3', '4'],
        ['5', '6'],
        ['7', '8'],
      ]);
    }
  });

  it('lose one line that is endless or not UTF-8', async () => {
    const records = await recordsOf(
      'a,b\n1,',
      'x'.repeat(70_000),
      'y\n3,4\n',
      Buffer.from([0x35, 0x2c, 0xff, 0x0a]),
      '7,8',
    );
    expect(records.map(({ number, error }) => [number, error])).to.deep.equal([
      [1, undefined],
      [2, 'the line is too long'],
      [3, undefined],
      [4, 'the line is not UTF-8'],
      [5, undefined],
    ]);
  });
});
