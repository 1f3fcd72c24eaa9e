import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { z } from 'zod';
import { canonical, parseRecorded } from './canonical.ts';
import { differences } from './differences.ts';
import { difference } from './matches.ts';
import { recordedCases } from './recorded.ts';

const RECORD = new URL('../../../../../../shared/eventstore/facts.json', import.meta.url);
const README = new URL('../../../../../README.md', import.meta.url);

/** Not asked here: persistent subscriptions, kills and throughput, which have tests and measurements of their own. */
const LEFT_OUT: readonly string[] = ['9', '12', '13'];

const recordSchema = z.object({
  probes: z.array(
    z.object({ probe: z.string(), entries: z.array(z.object({ steps: z.string(), result: z.unknown() })) }),
  ),
});

const keyOf = (probe: number | string, entry: number) => `${probe}/${entry}`;

/** The cases are those of the other files of this folder, which mocha loads in the same run. */
describe('the recorded answers', () => {
  it('are each a case or a difference, once', () => {
    const keys = [
      ...recordedCases.map(({ probe, entry }) => keyOf(probe, entry)),
      ...differences.flatMap(({ probe, entries }) => entries.map((entry) => keyOf(probe, entry))),
    ];
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).to.deep.equal([]);
  });

  it('that differ are told in the README', () => {
    const readme = readFileSync(README, 'utf8').replace(/\s+/g, ' ');
    expect(differences.filter(({ why }) => !readme.includes(why)).map(({ why }) => why)).to.deep.equal([]);
  });

  const isHere = existsSync(RECORD);
  describe(`as they were recorded${isHere ? '' : ' (skipped: the record is not part of the product, and not here)'}`, () => {
    const results = new Map<string, { steps: string; result: unknown }>();
    before(function load() {
      if (!isHere) this.skip();
      const { probes } = recordSchema.parse(JSON.parse(readFileSync(RECORD, 'utf8')));
      for (const { probe, entries } of probes) {
        if (LEFT_OUT.includes(probe)) continue;
        for (const [i, entry] of entries.entries()) results.set(keyOf(probe, i), entry);
      }
    });

    it('are all here', () => {
      const known = new Set([
        ...recordedCases.map(({ probe, entry }) => keyOf(probe, entry)),
        ...differences.flatMap(({ probe, entries }) => entries.map((entry) => keyOf(probe, entry))),
      ]);
      const missing = [...results].filter(([key]) => !known.has(key)).map(([key, { steps }]) => `${key} ${steps}`);
      expect(missing).to.deep.equal([]);
      expect([...known].filter((key) => !results.has(key))).to.deep.equal([]);
    });

    it('are what the cases expect', () => {
      const wrong = recordedCases.flatMap(({ probe, entry, seen, ownShape }) => {
        const recorded = results.get(keyOf(probe, entry));
        if (!recorded || ownShape) return [];
        const found = difference(seen, canonical(parseRecorded(recorded.result)));
        return found ? [`${keyOf(probe, entry)}: ${found}`] : [];
      });
      expect(wrong).to.deep.equal([]);
    });
  });
});
