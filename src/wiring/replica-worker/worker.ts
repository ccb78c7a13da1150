// The thread that follows EventStoreDB into the local copy: decoding and the fsync of the copy delay nobody who serves. It
// has a client of its own, as every thread does that loads the client.
import { parentPort, workerData } from 'node:worker_threads';
import { startReplication } from '../../event-store/eventstoredb/replica/replication.ts';
import { openSqliteLogReplica } from '../../event-store/sqlite/sqlite-log-replica.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { ReplicaSettings } from './start.ts';
import type { ReplicaMessage } from './messages.ts';

/** Milliseconds between two looks at the state: it changes by itself only when the server goes or comes back. */
const lookAtStateEveryMs = 100;

const port = parentPort;
if (port === null) throw new Error('This module runs as a thread.');
const send = (message: ReplicaMessage) => {
  port.postMessage(message);
};
const logAs =
  (level: keyof Logger): Logger['info'] =>
  (fields, message) => {
    // Who reads the line and asks what it says finds it told.
    tellState();
    send({ kind: 'log', level, fields, message });
  };

const { folder, url, prefix } = workerData as ReplicaSettings;
const copy = openSqliteLogReplica(folder);
const follower = startReplication({
  url,
  prefix,
  replica: copy,
  logger: { info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
  onCopied() {
    send({ kind: 'kept' });
  },
});
follower.begun().then(
  () => {
    send({ kind: 'begun' });
  },
  // Why it never will is in its state.
  () => undefined,
);

let told = '';
function tellState(): void {
  const state = follower.state();
  const now = JSON.stringify(state);
  if (now !== told) send({ kind: 'state', ...state });
  told = now;
}
tellState();
const looking = setInterval(tellState, lookAtStateEveryMs);

const stop = async () => {
  clearInterval(looking);
  await follower.stop();
  copy.close();
  port.close();
};
// There is one request only.
port.on('message', () => void stop());
