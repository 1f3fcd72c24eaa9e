import { EventStoreDBClient } from '@eventstore/db-client';
import { startChild } from '../child-process.ts';
import { appendDataSet, type DataSet } from './data-set.ts';

/** A server that is measured, with the official client to it. */
export interface Target {
  readonly name: TargetName;
  readonly client: EventStoreDBClient;
  /** The server's process, where it runs on this machine as a child of ours. */
  readonly pid: number | undefined;
  /** Whether what is appended is there afterwards. */
  readonly keeps: boolean;
  readonly dataSet: DataSet;
  stop(): Promise<void>;
}

/** The embedded node; the stub, which shows the client's own ceiling; the server at EVENTSTORE_URL. */
export type TargetName = 'node' | 'ceiling' | 'server';

export interface TargetOptions {
  readonly directory: string;
  /** Of all streams that are written. */
  readonly prefix: string;
  readonly dataSetEvents: number;
  readonly serverUrl: string | undefined;
}

const NODE = new URL('../../embedded/event-store/server.js', import.meta.url);
const STUB = new URL('./stub-server.js', import.meta.url);

/** Starts what can be started, and appends the data set where it is kept. @throws Error where one does not start */
export async function startTargets(options: TargetOptions): Promise<Target[]> {
  const { prefix, dataSetEvents, serverUrl } = options;
  const targets: Target[] = [];
  try {
    targets.push(await startNode(options));
    targets.push(await startStub(options));
    if (serverUrl !== undefined) {
      const client = EventStoreDBClient.connectionString(serverUrl);
      const dataSet = await appendDataSet(client, prefix, dataSetEvents);
      targets.push({ name: 'server', client, pid: undefined, keeps: true, dataSet, stop: () => client.dispose() });
    }
    return targets;
  } catch (error) {
    for (const target of targets) await target.stop();
    throw error;
  }
}

async function startNode({ directory, prefix, dataSetEvents }: TargetOptions): Promise<Target> {
  const child = await startChild(NODE, { EVENTSTORE_DIR: directory, EVENTSTORE_PORT: '0', LOG_LEVEL: 'error' });
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${child.port}?tls=false`);
  const stop = async () => {
    await client.dispose();
    await child.stop();
  };
  try {
    const dataSet = await appendDataSet(client, prefix, dataSetEvents);
    return { name: 'node', client, pid: child.pid, keeps: true, dataSet, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startStub({ dataSetEvents }: TargetOptions): Promise<Target> {
  const child = await startChild(STUB, {});
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${child.port}?tls=false`);
  const dataSet = { events: dataSetEvents, before: { commit: 0n, prepare: 0n }, wantedPrefix: 'wanted-' };
  const stop = async () => {
    await client.dispose();
    await child.stop();
  };
  return { name: 'ceiling', client, pid: child.pid, keeps: false, dataSet, stop };
}
