// The thread that projects: it reads the log and writes the read models on connections of its own, so that nothing else
// waits for a catch-up or for the disk of the read models.
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteEventReader } from '../../event-store/sqlite/sqlite-event-reader.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { startProjector, type Projector } from '../../projections/projector.ts';
import { openReadModelForWriting, readModelFileName } from '../../read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelWriter } from '../../read-models/sqlite/sqlite-read-model-writer.ts';
import type { ProjectionMessage, ProjectionRequest } from './messages.ts';

/** Milliseconds until it looks by itself: a commit whose thread ended before it said so is told by nobody else. */
const lookAgainEveryMs = 1_000;

const port = parentPort;
if (port === null) throw new Error('This module runs as a thread.');
const send = (message: ProjectionMessage) => {
  port.postMessage(message);
};
const logAs =
  (level: keyof Logger): Logger['info'] =>
  (fields, message) => {
    send({ kind: 'log', level, fields, message });
  };

const { dataDir } = workerData as { readonly dataDir: string };
const reader = openSqliteEventReader(dataDir);
const db = openReadModelForWriting(readModelFileName(dataDir), reader.logId);
const rows = createSqliteReadModelWriter(db);
const sendStatus = ({ stalledBecause, counts }: Pick<Projector, 'stalledBecause' | 'counts'>) => {
  send({ kind: 'status', checkpoint: rows.checkpoint(), stalledBecause: stalledBecause(), counts: counts() });
};

const projector = await startProjector({
  store: reader,
  rows,
  clock: systemClock,
  logger: { info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
  onProgress: sendStatus,
});
sendStatus(projector);
const looking = setInterval(() => {
  reader.notify();
}, lookAgainEveryMs);

const stop = async () => {
  clearInterval(looking);
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
  send({ kind: 'looks' });
});
