import { performance } from 'node:perf_hooks';
import { within } from '../../../kernel/delay.ts';
import { LogUnusable } from '../../errors.ts';
import { ledgerStreamName } from '../../event-store.ts';
import { openConnection } from './connection.ts';
import type { EventStoreDbSettings } from './connection-string.ts';
import { readFailure } from './failure.ts';
import { readServerIdentity } from './ledger-identity.ts';
import { readEnd } from './server-reading.ts';
import { appendToServer } from './server-writing.ts';
import { createStreamNames } from './stream-names.ts';

/** Milliseconds that the server is given for each call. */
const callMsMax = 10_000;

/** One thing that a node does with the server, tried once. */
export interface ServerTrial {
  /** What was tried: `reads the log`. */
  readonly what: string;
  readonly ms: number;
  /** Why it failed, in words without addresses; null: it did not. */
  readonly failure: string | null;
}

/**
 * Tries what receiving and querying need: to read our streams, to append to them, and to read `$all`. Writes nothing: an append of
 * no event takes the way of every append.
 * @throws LogUnusable - the settings are wrong
 */
export async function tryServer({ url, prefix }: EventStoreDbSettings): Promise<ServerTrial[]> {
  const names = createStreamNames(prefix);
  const connection = openConnection(url);
  const { client } = connection;
  try {
    const readsLog = async () => {
      if ((await readServerIdentity(client, names)) === null) throw new LogUnusable(notBegun);
    };
    return [
      await tryOne('reads the log', readsLog),
      await tryOne('appends to the log', () => appendToServer(client, names.toServer(ledgerStreamName), [])),
      await tryOne('reads $all', () => readEnd(client)),
    ];
  } finally {
    await connection.close();
  }
}

const notBegun =
  'There is no log under EVENT_STORE_PREFIX: the first start of the service begins it. If there should be one, correct the prefix.';

async function tryOne(what: string, call: () => Promise<unknown>): Promise<ServerTrial> {
  const begunMs = performance.now();
  const failure = await within(
    call().then(() => null, reasonOf),
    {
      ms: callMsMax,
      late: 'The server does not answer in time.',
    },
  );
  return { what, ms: performance.now() - begunMs, failure };
}

function reasonOf(error: unknown): string {
  if (error instanceof LogUnusable) return error.message;
  const failure = readFailure(error);
  return 'reason' in failure ? failure.reason : 'The stream of the ledger was deleted.';
}
