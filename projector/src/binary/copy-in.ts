import type { Connection } from '@ledger/shared/database/pool';
import type pg from 'pg';

/**
 * Runs a `COPY … FROM STDIN` with these bytes, which are made while PostgreSQL takes in those before. Where making them
 * throws, or PostgreSQL refuses them, nothing is copied, and the connection can be used on.
 * @returns how many rows were copied
 * @throws what pg throws, and what `chunks` throws
 */
export function copyIn(db: Connection, statement: string, chunks: Iterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    db.query(
      new CopyIn(statement, chunks, (error, rows) => {
        if (error) reject(error);
        else resolve(rows);
      }),
    );
  });
}

type Callback = (error: unknown, rows: number) => void;

/**
 * A query that pg's client drives through PostgreSQL's COPY sub-protocol (manual, 54.2.6, "COPY Operations"). The names
 * of its methods are the client's.
 */
class CopyIn implements pg.Submittable {
  /** The client puts one of its own around it, which ends its timer for a server that does not answer. */
  callback: Callback;
  readonly #statement: string;
  readonly #chunks: Iterable<Buffer>;
  #outcome: { readonly error?: unknown; readonly rows: number } = { rows: 0 };

  constructor(statement: string, chunks: Iterable<Buffer>, callback: Callback) {
    this.#statement = statement;
    this.#chunks = chunks;
    this.callback = callback;
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    try {
      for (const chunk of this.#chunks) connection.sendCopyFromChunk(chunk);
    } catch (error) {
      this.#outcome = { error, rows: 0 };
      connection.sendCopyFail('the rows could not be made');
      return;
    }
    connection.endCopyFrom();
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#outcome = { rows: Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0) };
  }

  /** What PostgreSQL says of a copy that was given up here is not the reason. ReadyForQuery follows, to nobody. */
  handleError(error: unknown): void {
    this.callback(this.#outcome.error ?? error, 0);
  }

  handleReadyForQuery(): void {
    this.callback(this.#outcome.error, this.#outcome.rows);
  }
}

/** What pg's connection has for COPY, and its types leave out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}
