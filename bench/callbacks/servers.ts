import path from 'node:path';
import type { Listening as BareListening } from '../ingest/subject.ts';
import { hear, start } from '../processes.ts';
import { startProduct, watchServer, type ServerProcess } from '../server-process.ts';
import { startPostgres } from './postgres.ts';
import type { Listening, PostgresPeerKind } from './postgres-peer.ts';

/** The servers of a run, by the names in its tables. */
export interface Servers {
  readonly running: Map<string, ServerProcess>;
  /** Why the others are not there. */
  readonly absent: Map<string, string>;
  end(): Promise<void>;
}

export interface ServersOptions {
  /** The folder for data directories. */
  readonly folder: string;
  /** The callback key. */
  readonly key: string;
  /** Another built checkout. */
  readonly before: string | undefined;
  /** Whether the product is there a second time, with a standby that follows it. */
  readonly withStandby: boolean;
}

const postgresPeers: readonly (readonly [name: string, kind: PostgresPeerKind])[] = [
  ['PostgreSQL: body', 'body'],
  ['PostgreSQL: body+session', 'body+session'],
];

export async function startServers({ folder, key, before, withStandby }: ServersOptions): Promise<Servers> {
  const servers: Servers = {
    running: new Map(),
    absent: new Map(),
    async end() {
      for (const server of servers.running.values()) await server.end();
    },
  };
  const { running, absent } = servers;
  try {
    running.set('ours', await startProduct(folder, undefined, { CSS_CALLBACK_KEYS: key }));
    if (before !== undefined) {
      running.set('before', await startProduct(folder, path.resolve(before), { CSS_CALLBACK_KEYS: key }));
    }
    if (withStandby) running.set('ours, with a standby', await startWithStandby(folder, key));
    running.set('bare', await startBare());
    for (const [name, kind] of postgresPeers) {
      const peer = await startPostgresPeer(kind, key).catch((error: unknown) => error as Error);
      if (peer instanceof Error) absent.set(name, peer.message);
      else running.set(name, peer);
    }
    return servers;
  } catch (error) {
    await servers.end();
    throw error;
  }
}

/** The product and a standby that follows it. The CPU is that of the product alone, but both share the machine. */
async function startWithStandby(folder: string, key: string): Promise<ServerProcess> {
  const token = 'bench-of-a-standby-0123456789';
  const primary = await startProduct(folder, undefined, { CSS_CALLBACK_KEYS: key, STANDBY_TOKENS: token });
  try {
    const from = { PRIMARY_URL: `http://127.0.0.1:${primary.port}`, PRIMARY_TOKEN: token };
    const standby = await startProduct(folder, undefined, { CSS_CALLBACK_KEYS: key, ...from });
    return {
      ...primary,
      async end() {
        await standby.end();
        await primary.end();
      },
    };
  } catch (error) {
    await primary.end();
    throw error;
  }
}

async function startBare(): Promise<ServerProcess> {
  const child = start('ingest/subject.ts');
  const { port } = await hear<BareListening>(child);
  return watchServer(child, port, () => undefined);
}

/** Each has a PostgreSQL of its own, so that none works on what another has left. */
async function startPostgresPeer(kind: PostgresPeerKind, key: string): Promise<ServerProcess> {
  const postgres = await startPostgres();
  const child = start('callbacks/postgres-peer.ts', [kind, String(postgres.port), key], { NODE_ENV: 'production' });
  try {
    const { port } = await hear<Listening>(child);
    return watchServer(child, port, () => postgres.end(), [postgres.child]);
  } catch (error) {
    await postgres.end();
    throw error;
  }
}
