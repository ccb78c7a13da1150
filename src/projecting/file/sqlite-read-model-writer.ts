import type Database from 'better-sqlite3';
import type { ReadModelWriter } from '../read-model-writer.ts';
import { prepareCallbackTable } from '../../callbacks/callback-table.ts';
import { boundWriteAheadLog, namingDamage } from './write-ahead-log.ts';
import { createSqliteOperatorFactWriter } from '../../facts/operator-fact-table.ts';
import { createSqliteQuarantineWriter } from '../../quarantine/quarantine-table.ts';
import { createRelayTaskCache } from '../../relay/tables/task-table.ts';
import { createSessionCache } from '../../sessions/session-cache-table.ts';

/**
 * Writes the read models in SQLite for the projector; nothing else may use `db`. Sessions and relay tasks are cached within a transaction
 * and written once, at its end; callbacks are written immediately. Nothing stays cached between transactions, so another writer or a
 * rollback can never make the cache differ from the file.
 */
export function createSqliteReadModelWriter(db: Database.Database): ReadModelWriter {
  const logId = db.prepare<[], string>('SELECT log_id FROM progress').pluck();
  const checkpoint = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  const saveCheckpoint = db.prepare<[bigint, string, number]>(
    'UPDATE progress SET position = ?, event_id = ?, recorded_at = ?',
  );
  const savePoisoned = db.prepare<[bigint, string, string]>(
    'INSERT OR REPLACE INTO poisoned (position, stream_name, reason) VALUES (?, ?, ?)',
  );
  const wal = boundWriteAheadLog(db);
  const callbacks = prepareCallbackTable(db);
  const sessions = createSessionCache(db);
  /** Created for the first relay callback: it has most of the statements, and not every account relays. */
  let relayTasks: ReturnType<typeof createRelayTaskCache> | null = null;
  const relay = () => (relayTasks ??= createRelayTaskCache(db));
  /** Most batches have no relay callback, so they have no relay tasks to write or to forget. */
  let usesRelay = false;

  function flush(): void {
    sessions.flush();
    if (usesRelay) relay().flush();
  }

  function forget(): void {
    sessions.forget();
    if (usesRelay) relay().forget();
    usesRelay = false;
  }

  return {
    get relay() {
      usesRelay = true;
      return relay().writer;
    },
    quarantine: createSqliteQuarantineWriter(db),
    operatorFacts: createSqliteOperatorFactWriter(db),
    logId: logId.get() ?? '',
    checkpoint: () => namingDamage(() => checkpoint.get() ?? null),
    roomForEvents: () => namingDamage(() => wal.roomForEvents()),
    transaction(work) {
      if (db.inTransaction) throw new Error('A transaction of the read models does not nest.');
      forget();
      try {
        const transaction = db.transaction(() => {
          const result = work();
          flush();
          return result;
        });
        return namingDamage(() => transaction.immediate());
      } finally {
        forget();
        wal.bound();
      }
    },
    saveCheckpoint: ({ position, eventId, recordedAtMs }) => void saveCheckpoint.run(position, eventId, recordedAtMs),
    savePoisoned: ({ position, streamName, reason }) => void savePoisoned.run(position, streamName, reason),

    findCallback: callbacks.find,
    insertCallback(callback, belonging) {
      callbacks.insert(callback, belonging);
      if (belonging.relay !== null) relay().callbackInserted(callback, belonging);
    },
    isDelivered: callbacks.isDelivered,
    addDelivery: callbacks.addDelivery,

    findStreamSession: sessions.find,
    streamSessionById: sessions.byId,
    putStreamSession: sessions.put,
    neighboursOfNew: sessions.neighboursOfNew,
    sessionBefore: sessions.before,
    sessionBeforeIfEndedAfter: sessions.beforeIfEndedAfter,
    sessionAfter: sessions.after,
  };
}
