import { performance } from 'node:perf_hooks';
import { within } from '../../kernel/clock.ts';
import { LogCheckCount, notWhatWasRecorded, type CheckProgress, type LogCheck } from '../event-digest.ts';
import { ledgerStreamName, LogUnusable } from '../event-store.ts';
import { openConnection } from './client.ts';
import { readServerIdentity } from './ledger-identity.ts';
import { appendToServer, readEnd, readFailure } from './server-calls.ts';
import { createStreamNames, type EventStoreDbSettings } from './settings.ts';
import { copyFromSubscription } from './replica-source.ts';

/**
 * Checks each event with a digest of a log in EventStoreDB. Only reads, and stores nothing locally.
 * @throws LogUnusable - there is no log under the prefix, or the server does not answer
 */
export async function checkServerLog(
  settings: EventStoreDbSettings,
  onProgress: (progress: CheckProgress) => void,
): Promise<LogCheck> {
  const names = createStreamNames(settings.prefix);
  const connection = openConnection(settings.url);
  const { client } = connection;
  const count = new LogCheckCount();
  const abort = new AbortController();
  let checkpoint: { commit: bigint; prepare: bigint } | null = null;
  try {
    const identity = await readServerIdentity(client, names);
    if (identity === null) throw new LogUnusable('EventStoreDB has no log under this EVENT_STORE_PREFIX.');
    const endPosition = await readEnd(client);
    await copyFromSubscription({
      client,
      names,
      logId: identity.logId,
      signal: abort.signal,
      replica: {
        checkpoint: () => checkpoint,
        apply(changes, after) {
          for (const change of changes) {
            if (change.kind !== 'event' && change.kind !== 'epochBegun') continue;
            count.event({ hasDigest: change.event.isUnchecked !== true });
            if (change.event.isDamaged) count.damage(change.event.position, notWhatWasRecorded);
          }
          checkpoint = after;
          onProgress({ events: count.found().events, position: after.commit, endPosition });
        },
      },
      onCopied: () => undefined,
      onCaughtUp: () => abort.abort(),
    });
    if (!abort.signal.aborted) throw new LogUnusable('EventStoreDB ended the subscription before its end. Try again.');
    return count.found();
  } catch (error) {
    if (error instanceof LogUnusable) throw error;
    // The client's own message may contain addresses.
    throw new LogUnusable(
      'EventStoreDB does not answer, or does not let this user read. Check the server and EVENT_STORE_URL.',
      { cause: error },
    );
  } finally {
    await connection.close();
  }
}

/** Milliseconds that the server has for each call. */
const callMsMax = 10_000;

/** One operation that a node needs from the server, tried once. */
interface ServerTrial {
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
