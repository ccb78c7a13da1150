// The projection thread. It reads the log and writes the read models on connections of its own, so that neither a catch-up
// nor the disk of the read models delays the main thread.
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteEventReader } from '../../event-store/sqlite/sqlite-event-reader.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { startProjector, type Projector } from '../../projections/projector.ts';
import { openReadModelForWriting, readModelFileName } from '../../read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelWriter } from '../../read-models/sqlite/sqlite-read-model-writer.ts';
import type { ProjectionMessage, ProjectionRequest } from './start.ts';

/** Milliseconds between two reads without a request: a commit thread that ends may leave a commit unannounced. */
const readEveryMs = 1_000;

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');
const send = (message: ProjectionMessage) => port.postMessage(message);
const logAs =
  (level: keyof Logger): Logger['info'] =>
  (fields, message) =>
    send({ kind: 'log', level, fields, message });

const { dataDir } = workerData as { readonly dataDir: string };
const reader = openSqliteEventReader(dataDir);
const db = openReadModelForWriting(readModelFileName(dataDir), reader.logId);
const rows = createSqliteReadModelWriter(db);
const sendStatus = ({ stalledBecause, counts }: Pick<Projector, 'stalledBecause' | 'counts'>) =>
  send({ kind: 'status', checkpoint: rows.checkpoint(), stalledBecause: stalledBecause(), counts: counts() });

const projector = await startProjector({
  store: reader,
  rows,
  clock: systemClock,
  logger: { info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
  onProgress: sendStatus,
});
sendStatus(projector);
const reading = setInterval(() => reader.notify(), readEveryMs);

const stop = async () => {
  clearInterval(reading);
  await projector.stop();
  reader.close();
  db.close();
  port.close();
};
port.on('message', (request: ProjectionRequest) => {
  if (request === 'stop') {
    void stop();
    return;
  }
  reader.notify();
  send({ kind: 'reading' });
});
