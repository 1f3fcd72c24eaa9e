import { expect } from 'chai';
import { Gathering, MAX_APPEND_BYTES, MAX_KEPT_BYTES } from './append-request.ts';

const event = (dataBytes: number, metadataBytes = 0) => ({
  id: '9bd4e1f0-6a5c-4b3d-8e2f-1a0b9c8d7e6f',
  type: 'Happened',
  isJson: false,
  metadata: Buffer.alloc(metadataBytes),
  data: Buffer.alloc(dataBytes),
});

describe('what comes in of an append', () => {
  it('may have data up to the limit, and metadata beside', () => {
    const gathered = new Gathering();
    gathered.add(event(MAX_APPEND_BYTES - 1, 3_000_000));
    gathered.add(event(1));
    expect(gathered).to.deep.include({ problem: undefined }).and.to.have.property('events').with.length(2);
    gathered.add(event(1));
    expect(gathered).to.deep.include({ problem: 'too-large', events: [] });
  });

  it('is not kept without bound where it never ends: neither metadata nor events without data', () => {
    const metadata = new Gathering();
    const large = event(0, 1_000_000);
    for (let bytes = 0; bytes <= MAX_KEPT_BYTES; bytes += 1_000_000) metadata.add(large);
    expect(metadata).to.deep.include({ problem: 'too-large', events: [] });
    const many = new Gathering();
    const empty = event(0);
    for (let bytes = 0; bytes <= MAX_KEPT_BYTES; bytes += 256) many.add(empty);
    expect(many).to.deep.include({ problem: 'too-large', events: [] });
  });

  it('is refused for an event that lacks something', () => {
    const gathered = new Gathering();
    gathered.add(event(1));
    gathered.add(undefined);
    gathered.add(event(1));
    expect(gathered).to.deep.include({ problem: 'malformed', events: [] });
  });
});
