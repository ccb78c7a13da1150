// The replication thread. It keeps decoding events and the fsync of the copy off the main thread. Like every thread that
// loads the client of EventStoreDB, it has a separate one.
import { parentPort, workerData } from 'node:worker_threads';
import { Replication, type LogSource } from '../../log/replication.ts';
import { openSqliteLogReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { createSendingLogger } from '../../kernel/logger.ts';
import type { CopiedStoreChoice } from '../data-dir.ts';
import type { ReplicaMessage, ReplicaSettings } from './replica-log.ts';

/** Milliseconds between two checks of the state, which changes only when the server goes away or comes back. */
const checkStateEveryMs = 100;

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');
const send = (message: ReplicaMessage) => port.postMessage(message);

/** The client of EventStoreDB is large. */
async function openSource(source: CopiedStoreChoice): Promise<LogSource> {
  if (source.kind === 'primary') return (await import('../../log/primary/primary-source.ts')).openPrimarySource(source);
  return (await import('../../log/eventstoredb/replica-source.ts')).openEventStoreDbSource(source);
}

const { folder, source } = workerData as ReplicaSettings;
const opened = await openSource(source);
const copy = openSqliteLogReplica(folder);
const replication = new Replication({
  source: opened,
  replica: copy,
  logger: createSendingLogger((line) => {
    // The state first, so that the main thread knows it when the line is written.
    sendState();
    send(line);
  }),
  onCopied() {
    send({ kind: 'copied' });
  },
});
replication.begun().then(
  () => send({ kind: 'begun' }),
  // The state says why it never will.
  () => undefined,
);

let sent = '';
function sendState(): void {
  const state = replication.state();
  const now = JSON.stringify(state);
  if (now !== sent) send({ kind: 'state', ...state });
  sent = now;
}
sendState();
const checking = setInterval(sendState, checkStateEveryMs);

const stop = async () => {
  clearInterval(checking);
  await replication.stop();
  copy.close();
  port.close();
};
// There is one request only.
port.on('message', () => void stop());
