// The replication thread. It keeps decoding events and the fsync of the copy off the main thread. Like every thread that
// loads the client of EventStoreDB, it has a separate one.
import { parentPort, workerData } from 'node:worker_threads';
import { Replication } from '../log/eventstoredb/replication.ts';
import { openSqliteLogReplica } from '../log/sqlite/sqlite-log-replica.ts';
import { createSendingLogger } from '../kernel/logger.ts';
import type { ReplicaMessage, ReplicaSettings } from './replica-log.ts';

/** Milliseconds between two checks of the state, which changes only when the server goes away or comes back. */
const checkStateEveryMs = 100;

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');
const send = (message: ReplicaMessage) => port.postMessage(message);

const { folder, url, prefix } = workerData as ReplicaSettings;
const copy = openSqliteLogReplica(folder);
const replication = new Replication({
  url,
  prefix,
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
