import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { createSimulatedStore } from '../../../../../command-api/src/handling/simulated-store.fixture.ts';
import { memoryEventStore } from '../../../memory-event-store.fixture.ts';
import { givenUrl, startOwn } from '../target.ts';

/**
 * The stores that tests run on in place of a server, held against one: the node, or the server at EVENTSTORE_URL. Each is
 * asked the same, through `EventStore`, and has to give the answers that were recorded (../recorded/). What is recorded of
 * calls that `EventStore` does not have is not asked here: `stream_exists`, reads of a stream backwards, deletes, metadata
 * other than `$maxCount`, links, filters by type, persistent subscriptions, credentials, deadlines, messages on the wire.
 */
export interface OpenedStore {
  readonly store: EventStore;
  /** Stops it in good order and starts it again. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export interface StoreKind {
  readonly name: string;
  /** Opens one that nobody has used; of a server that somebody else runs, that one, which is in use and not restarted. */
  open(): Promise<OpenedStore>;
  readonly isOurs: boolean;
}

function inMemory(name: string, create: () => EventStore & { restart(): void }): StoreKind {
  async function open(): Promise<OpenedStore> {
    const store = create();
    return { store, restart: async () => store.restart(), end: () => store.dispose() };
  }
  return { name, open, isOurs: true };
}

export const simulatedStore = inMemory('the simulated store', createSimulatedStore);
export const readSideStore = inMemory("the read side's store", memoryEventStore);

async function openNode(): Promise<OpenedStore> {
  const node = await startOwn();
  const store = connectEventStore(node.url);
  async function end(): Promise<void> {
    await store.dispose();
    await node.end();
  }
  return { store, restart: node.restart, end };
}

async function openServer(url: string): Promise<OpenedStore> {
  const store = connectEventStore(url);
  const restart = () => Promise.reject(new Error('a server that somebody else runs is not restarted'));
  return { store, restart, end: () => store.dispose() };
}

const url = givenUrl();

export const server: StoreKind = url
  ? { name: 'the server', open: () => openServer(url), isOurs: false }
  : { name: 'the node', open: openNode, isOurs: true };

/** Within a `describe`: a store of the kind is there for its cases. */
export function useStore(kind: StoreKind): () => OpenedStore {
  let opened: OpenedStore | undefined;
  before(async () => {
    opened = await kind.open();
  });
  after(() => opened?.end());
  return () => {
    if (!opened) throw new Error('the store is there in the cases of a describe only');
    return opened;
  };
}

/** A describe for each store, with the same cases. */
export function everyStore(
  title: string,
  define: (asked: () => EventStore, kind: StoreKind) => void,
  kinds: readonly StoreKind[] = [simulatedStore, readSideStore, server],
): void {
  for (const kind of kinds) {
    describe(`${title}, ${kind.name}`, () => {
      const opened = useStore(kind);
      define(() => opened().store, kind);
    });
  }
}

/** A case that has a store of its own, to itself. */
export function withFreshStore(title: string, kind: StoreKind, ask: (opened: OpenedStore) => Promise<void>): void {
  if (!kind.isOurs) {
    it.skip(`${title} (skipped: it needs a server of our own)`);
    return;
  }
  it(title, async () => {
    const opened = await kind.open();
    await ask(opened).finally(() => opened.end());
  });
}
