import { type EventStoreDBClient, jsonEvent, type Position } from '@eventstore/db-client';

/** As JSON. The real server was measured with events of this size. */
const DATA_BYTES = 306;
const DISTINCT = 1000;

/** Data that is the same in every run, and differs from event to event. */
const DATA = Array.from({ length: DISTINCT }, (_, n) => {
  const data = { n, account: `account-${n % 50}`, amount: `${n}.50`, currency: 'EUR', description: '' };
  return { ...data, description: 'x'.repeat(DATA_BYTES - JSON.stringify(data).length) };
});

export const dataOf = (n: number): Record<string, string | number> => DATA[n % DISTINCT] ?? {};

const eventNumber = (n: number, type = 'Deposited') => jsonEvent({ type, data: dataOf(n) });

export const eventsFrom = (first: number, count: number, type?: string) =>
  Array.from({ length: count }, (_, n) => eventNumber(first + n, type));

/** Of each hundred of the data set the last seven match the filters: by the name of their stream, and by their type. */
export const HUNDRED = { others: 93, wanted: 7 } as const;
export const WANTED_TYPE = 'Wanted';

export interface DataSet {
  /** How many events; a multiple of 100. The last one matches. */
  readonly events: number;
  /** Of the event just before the first. */
  readonly before: Position;
  readonly wantedPrefix: string;
}

const IN_FLIGHT = 16;

/** Appends the data set to a store. @param prefix of all its streams' names, which nobody else uses */
export async function appendDataSet(client: EventStoreDBClient, prefix: string, events: number): Promise<DataSet> {
  const wantedPrefix = `${prefix}-wanted-`;
  const { position: before } = await client.appendToStream(`${prefix}-before`, eventNumber(0));
  if (!before) throw new Error('the store told no position');
  const appendHundred = async (side: number): Promise<void> => {
    await client.appendToStream(`${prefix}-other-${side}`, eventsFrom(0, HUNDRED.others));
    await client.appendToStream(`${wantedPrefix}${side}`, eventsFrom(HUNDRED.others, HUNDRED.wanted, WANTED_TYPE));
  };
  // The last hundred comes alone, so that what is last in the store matches.
  let left = events / 100 - 1;
  const side = async (number: number): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await appendHundred(number);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, number) => side(number)));
  await appendHundred(0);
  return { events, before, wantedPrefix };
}
