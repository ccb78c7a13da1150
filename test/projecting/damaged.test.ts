import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { startProjector } from '../../src/projecting/projector.ts';
import { logFilePath } from '../../src/log/sqlite/log-file.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { listedSessions } from '../support/expected-sessions.ts';
import { openLedgerOnDisk, type Ledger } from '../support/ledger.ts';
import { projectedTo } from '../support/projected-to.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

let ledger: Ledger;
beforeEach(() => {
  ledger = openLedgerOnDisk();
});
afterEach(() => ledger.close());

/** As a fault of the disk does it, or somebody with an editor. */
function changeInFile(from: string, to: string): void {
  const db = new Database(logFilePath(ledger.folder));
  const { changes } = db
    .prepare('UPDATE events SET data = CAST(replace(CAST(data AS TEXT), ?, ?) AS BLOB) WHERE instr(data, ?) > 0')
    .run(from, to, Buffer.from(from));
  db.close();
  expect(changes).toBe(1);
}

test('one digit of a sequence that was changed in the log gives no other session: the event is skipped, named and counted', async () => {
  await ledger.append([
    { body: pushBody({ sequence: '6674468118806626493' }), receivedAtMs: 1_000 },
    { body: pushBody({ sequence: '6674468118806626494', stream_id: 'other' }), receivedAtMs: 1_000 },
    { body: interruptionBody({ sequence: '6674468118806626494', stream_id: 'other' }), receivedAtMs: 2_000 },
  ]);
  changeInFile('6674468118806626493', '6674468118806626499');
  const readModel = ledger.openReadModel();
  const { logger, lines } = openRecordingLogger();
  const projector = await startProjector({ store: ledger.store, rows: readModel.rows, logger });
  await projectedTo(4n, readModel.rows);
  await projector.stop();

  expect(listedSessions(readModel)).toMatchObject([{ sequence: '6674468118806626494', state: 'ENDED' }]);
  expect(readModel.read((reader) => reader.poisoned(10))).toEqual([
    {
      position: 2n,
      streamName: 'pushedStream-12345678/test.domain.com/live/test_stream',
      reason: 'DamagedEvent: it is not what was recorded',
    },
  ]);
  expect(projector.counts()).toEqual({ events: 4, callbacks: 2, redeliveries: 0, poisoned: 1, damaged: 1 });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 50,
    position: '2',
    msg: 'an event of the log is damaged and was skipped: it is not what was recorded',
  });
  expect(lines[0]).not.toContain('66744681');
});
