// The worker that writes the log on its own connection, so that the main thread never waits for an fsync.
import { parentPort, workerData } from 'node:worker_threads';
import { sendable } from '../event-store.ts';
import { unpackAppends, type CommitReply, type CommitRequest } from './worker-committer.ts';
import { openLogFile } from './log-file.ts';
import { LogWriter } from './log-writer.ts';

const port = parentPort;
if (port === null) throw new Error('This module must run as a worker thread.');
const reply = (message: CommitReply) => port.postMessage(message);

const { dataDir } = workerData as { readonly dataDir: string };
const db = openLogFile(dataDir);
const writer = new LogWriter(db);
reply({ kind: 'opened' });

port.on('message', (request: CommitRequest) => {
  if (request.kind === 'close') {
    db.close();
    port.close();
    return;
  }
  try {
    if (request.kind === 'commit') {
      const { outcomes, durationMs } = writer.commit(unpackAppends(request.group), request.recordedAtMs);
      reply({ kind: 'committed', outcomes: outcomes.map(sendable), durationMs });
    } else {
      reply({ kind: 'truncated', done: writer.truncate(request.truncations) });
    }
  } catch (error) {
    reply({ kind: 'failed', reason: (error as Error).message });
  }
});
