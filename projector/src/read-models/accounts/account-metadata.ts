import type { Connection } from '@ledger/shared/database/pool';
import type { AccountOpened } from '@ledger/shared/events/account-events';
import { metadataEntry } from '@ledger/shared/metadata-entry';
import { binaryRows } from '../../binary/binary-rows.ts';
import { copyIn } from '../../binary/copy-in.ts';

/** Adds what these accounts were opened with to the entries by which accounts are found. */
export async function projectAccountMetadata(tx: Connection, openings: readonly AccountOpened[]): Promise<void> {
  const entries = openings.flatMap(({ accountId, metadata }) =>
    Object.entries(metadata).map(([key, value]) => ({ accountId, entry: metadataEntry(key, value) })),
  );
  if (entries.length === 0) return;
  const rows = binaryRows<(typeof entries)[number]>(2, entries, (fields, { entry, accountId }) => {
    fields.bytes(entry);
    fields.text(accountId);
  });
  await copyIn(tx, 'COPY account_metadata (entry, account_id) FROM STDIN (FORMAT binary)', rows);
}
