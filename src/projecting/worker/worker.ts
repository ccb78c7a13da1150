// The projection thread. It reads the log and writes one file of the read models on separate connections, so that neither a
// catch-up nor the disk of the read models delays the main thread.
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openEventsWith } from '../../log/sealing/key-files.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { wantsTraces } from '../../kernel/spans.ts';
import { createSendingLogger } from '../../kernel/logger.ts';
import { startProjector, type Projector } from '../projector.ts';
import { markComplete, openReadModelForWriting, isDamage } from '../file/read-model-file.ts';
import { writeSqlViews } from '../file/sql-views.ts';
import { createReadModelWriter } from '../file/read-model-writer.ts';
import type { ProjectionMessage, ProjectionRequest, ProjectionWorkerData } from './start.ts';

/** Milliseconds between two reads without a request: a commit thread may end without announcing its last commit. */
const readEveryMs = 1_000;

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');
const send = (message: ProjectionMessage) => port.postMessage(message);
const reportDamage = (error: unknown) => send({ kind: 'damaged', reason: (error as Error).message });

const { dataDir, keysFolder = null, file } = workerData as ProjectionWorkerData;

async function project() {
  const reader = new SqliteEventReader(dataDir, openEventsWith(keysFolder));
  // Null, so that a deleted file is not created again under the name of one that answers.
  const db = openReadModelForWriting(file, null);
  writeSqlViews(db);
  const rows = createReadModelWriter(db);
  const sendStatus = ({
    stalledBecause,
    counts,
    hasCaughtUp,
  }: Pick<Projector, 'stalledBecause' | 'counts' | 'hasCaughtUp'>) =>
    send({
      kind: 'status',
      checkpoint: rows.checkpoint(),
      stalledBecause: stalledBecause(),
      counts: counts(),
      hasCaughtUp: hasCaughtUp(),
    });
  const projector = await startProjector({
    store: reader,
    rows,
    logger: createSendingLogger(send),
    onProgress: sendStatus,
    onDamaged: reportDamage,
  });
  sendStatus(projector);
  const reading = setInterval(() => reader.notify(), readEveryMs);
  return {
    read: () => reader.notify(),
    complete() {
      markComplete(db);
      // Must be durable before the file that answered until now is removed.
      db.pragma('wal_checkpoint(PASSIVE)');
    },
    async stop() {
      clearInterval(reading);
      await projector.stop();
      reader.close();
      db.close();
    },
  };
}

/** Null if the file is damaged or gone: the main thread is informed, and stops this one. */
async function projectUnlessDamaged() {
  try {
    return await project();
  } catch (error) {
    if (existsSync(file) && !isDamage((error as Error).cause) && !isDamage(error)) throw error;
    reportDamage(error);
    return null;
  }
}

// Loaded only if it is wanted.
const tracing = wantsTraces(process.env)
  ? (await import('../../observing/trace.ts')).startTracing(process.env, createSendingLogger(send))
  : null;
const projection = await projectUnlessDamaged();
port.on('message', (request: ProjectionRequest) => {
  if (request === 'stop') {
    void Promise.resolve(projection?.stop())
      .then(() => tracing?.close())
      .then(() => port.close());
  } else if (request === 'complete') {
    projection?.complete();
    send({ kind: 'completed' });
  } else {
    projection?.read();
    send({ kind: 'reading' });
  }
});
