import { openLogToCompare } from '../log/sqlite/log-opening.ts';
import { openSqliteEventReader, type SqliteEventReader } from '../log/sqlite/sqlite-event-reader.ts';
import { ledgerStreamName } from '../log/event-store.ts';
import { afterRestore, newEpochBegun } from '../log/log-identity.ts';
import type { GraphqlPorts } from '../api/context.ts';
import { Closing } from '../kernel/closing.ts';
import { Notifier, onEachNotification } from '../kernel/notifier.ts';
import { openLogAlerts } from './alerts.ts';
import { forgetFirstUnread } from './replica/first-unread.ts';
import { openLogForwarding } from './forwarding.ts';
import { createLogPorts, openProjected } from './querying.ts';
import type { QueryingOptions } from './querying-options.ts';
import type { RecorderLink } from '../recorder/recorder-link.ts';
import { lockReadModels } from './log-choice.ts';
import { compareWithReadModel, discardReadModels } from './replica/restored-log.ts';

/**
 * Opens what answers queries from the embedded log, which the recorder writes.
 * @throws LogUnusable, ReadModelUnusable
 */
export async function openEmbeddedQuerying(options: QueryingOptions): Promise<() => GraphqlPorts> {
  const { dataDir: folder, clock, logger, closing, link } = options;
  const { log } = link;
  if (log === null) throw new Error('The recorder has no embedded log.');
  const { append } = log;
  closing.add('lock of the reader', await lockReadModels(folder));
  const reader = await openCurrentLog(folder, log, options);
  closing.add('reader of the log', () => reader.close());
  const [appended, changed] = [new Notifier(), new Notifier()];
  const stopNotifying = new AbortController();
  closing.add('notifications of the log', () => stopNotifying.abort());
  void onEachNotification(log.committed, stopNotifying.signal, () => {
    reader.notify();
    appended.notify();
  });
  const projected = await openProjected(
    { folder, store: reader, whole: Promise.resolve(), appended, changed },
    options,
  );
  const senders = new Closing(logger);
  // Both wait for answers. One after the other, they would take most of the time of a shutdown.
  closing.add('forwarding and alerts', () => senders.closeTogether());
  const forwarding = await openLogForwarding(reader, { ...options, closing: senders });
  const watched = { log: reader, append, projected, forwarding };
  const alerts = await openLogAlerts(watched, { ...options, closing: senders });
  forgetFirstUnread(folder);
  const mayHavePosition = async (position: bigint) => position <= (await reader.endPosition());
  const ports: GraphqlPorts = {
    ...createLogPorts({ ...projected, append, reader, mayHavePosition }, options),
    progress: projected.models.progress,
    health: { spooled: () => null, replicaBrokenBecause: () => null },
    callbackSetup: options.callbackSetup,
    notifications: changed,
    clock,
    forwarding,
    alerts,
    logger,
  };
  return () => ports;
}

/**
 * Opens the log for reading. If it is an older copy than the read models beside it, an epoch begins first and the read models
 * are discarded: before anything is answered, so that no cursor of the lost timeline is ever taken.
 */
async function openCurrentLog(
  folder: string,
  { append, endPosition }: Exclude<RecorderLink['log'], null>,
  { logger }: Pick<QueryingOptions, 'logger'>,
): Promise<SqliteEventReader> {
  const log = openLogToCompare(folder);
  const compared = compareWithReadModel(folder, log, endPosition);
  log.close();
  const reader = openSqliteEventReader(folder);
  if (compared.kind === 'same') return reader;
  if (!(await hasBegunEpoch(reader, endPosition))) {
    await append(ledgerStreamName, [newEpochBegun(afterRestore(reader))], 'any');
  }
  reader.close();
  discardReadModels(folder, compared, logger);
  return openSqliteEventReader(folder);
}

/** Whether the recorder has begun an epoch when it opened the log, because its file is a copy. */
async function hasBegunEpoch(reader: SqliteEventReader, endPosition: bigint): Promise<boolean> {
  let newest = 0n;
  for await (const { position } of reader.readStream(ledgerStreamName)) newest = position;
  return newest > endPosition;
}
