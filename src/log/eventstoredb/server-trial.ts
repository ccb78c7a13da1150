import { performance } from 'node:perf_hooks';
import { within } from '../../kernel/clock.ts';
import { ledgerStreamName, LogUnusable } from '../event-store.ts';
import { openConnection } from './connection.ts';
import type { EventStoreDbSettings } from './connection-string.ts';
import { readFailure } from './failure.ts';
import { readServerIdentity } from './ledger-identity.ts';
import { readEnd, appendToServer } from './server-calls.ts';
import { createStreamNames } from './stream-names.ts';

/** Milliseconds that the server has for each call. */
const callMsMax = 10_000;

/** One operation that a node needs from the server, tried once. */
export interface ServerTrial {
  /** What was tried: `reads the log`. */
  readonly what: string;
  readonly ms: number;
  /** Why it failed; null if it succeeded. */
  readonly failure: TrialFailure | null;
}

/** `notBegun`: the service never started with this log. `away`: waiting may help. `refused`: settings or rights must change. */
export interface TrialFailure {
  readonly kind: 'notBegun' | 'away' | 'refused';
  /** In words without addresses. */
  readonly reason: string;
}

/**
 * Tries what receiving and querying need: reading our streams, appending to them, and reading `$all`. Writes nothing: an
 * append of no event takes the path of every append.
 * @throws LogUnusable - the settings are wrong
 */
export async function tryServer({ url, prefix }: EventStoreDbSettings): Promise<ServerTrial[]> {
  const names = createStreamNames(prefix);
  const connection = openConnection(url);
  const { client } = connection;
  const none = () => null;
  try {
    const readsLog = async () => {
      return (await readServerIdentity(client, names)) === null ? notBegun : null;
    };
    return [
      await tryOne('reads the log', readsLog),
      await tryOne('appends to the log', () => appendToServer(client, names.toServer(ledgerStreamName), []).then(none)),
      await tryOne('reads $all', () => readEnd(client).then(none)),
    ];
  } finally {
    await connection.close();
  }
}

const notBegun: TrialFailure = { kind: 'notBegun', reason: 'There is no log under EVENT_STORE_PREFIX.' };
const late: TrialFailure = { kind: 'away', reason: 'The server does not answer in time.' };

async function tryOne(what: string, call: () => Promise<TrialFailure | null>): Promise<ServerTrial> {
  const begunMs = performance.now();
  const failure = await within(call().catch(failureOf), { ms: callMsMax, late });
  return { what, ms: performance.now() - begunMs, failure };
}

function failureOf(error: unknown): TrialFailure {
  if (error instanceof LogUnusable) return { kind: 'refused', reason: error.message };
  const failure = readFailure(error);
  const reason = 'reason' in failure ? failure.reason : 'The stream of the ledger was deleted.';
  return { kind: failure.kind === 'transient' ? 'away' : 'refused', reason };
}
