import { open } from 'node:fs/promises';
import { DamagedStoreError } from './damage.ts';

/**
 * LMDB's two meta pages, of which commits write one after the other, as its mdb.c (struct MDB_page, MDB_meta; data version 2,
 * as lmdb-js has it) lays them out. LMDB opens whatever these say, and dies of a file that is shorter, so they are looked at
 * first.
 */
interface MetaPage {
  readonly pageSize: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

const MAGIC = 0xbeef_c0de;
const DATA_VERSION = 2;
const META_FLAG = 0x08;
const AT = { flags: 18, magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152 } as const;
const META_BYTES = 160;

/** LMDB's page is the system's: 4 KiB, 16 KiB or 64 KiB. */
const PAGE_SIZES: readonly number[] = [4096, 8192, 16_384, 32_768, 65_536];
const LARGEST_PAGE = Math.max(...PAGE_SIZES);

/** How long the file must be for all pages that were ever taken. Pages that were given back at the very end may never have been written. */
export interface FileLength {
  readonly bytes: number;
  readonly expectedBytes: number;
}

/**
 * Checks both meta pages of an LMDB file. Undefined where there is no file yet, or an empty one.
 * @throws DamagedStoreError
 */
export async function checkMetaPages(file: string): Promise<FileLength | undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size === 0) return undefined;
    // Both in one read: between two of them a store that is in use goes on, and they would be of different times.
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LARGEST_PAGE + META_BYTES), { position: 0 });
    const page = (n: number, at: number) => {
      if (bytesRead < at + META_BYTES) throw new DamagedStoreError(file, `it ends within meta page ${n}`);
      return parse(file, n, buffer.subarray(at, at + META_BYTES));
    };
    const first = page(0, 0);
    const second = page(1, first.pageSize);
    assertAlternating(file, first, second);
    const { lastPage } = first.transaction > second.transaction ? first : second;
    return { bytes: size, expectedBytes: (Number(lastPage) + 1) * first.pageSize };
  } finally {
    await handle.close();
  }
}

function parse(file: string, n: number, bytes: Buffer): MetaPage {
  const magic = bytes.readUInt32LE(AT.magic);
  const version = bytes.readUInt32LE(AT.version);
  const pageSize = bytes.readUInt32LE(AT.pageSize);
  const isMeta = (bytes.readUInt16LE(AT.flags) & META_FLAG) !== 0;
  if (!isMeta || magic !== MAGIC || version !== DATA_VERSION || !PAGE_SIZES.includes(pageSize)) {
    throw new DamagedStoreError(file, `meta page ${n} is not one of LMDB's`);
  }
  return { pageSize, lastPage: bytes.readBigUInt64LE(AT.lastPage), transaction: bytes.readBigUInt64LE(AT.transaction) };
}

/** Even transactions are on page 0, odd ones on page 1, and each has the one before it on the other. */
function assertAlternating(file: string, first: MetaPage, second: MetaPage): void {
  const [even, odd] = [first.transaction, second.transaction];
  const isNew = even === 0n && odd <= 1n;
  const inTurn = even % 2n === 0n && odd % 2n === 1n && (even - odd === 1n || odd - even === 1n);
  if (!isNew && !inTurn) throw new DamagedStoreError(file, `its meta pages are of transactions ${even} and ${odd}`);
}
