import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEventRemoval } from '../../../src/log/sqlite/event-removal.ts';
import { openLogFile } from '../../../src/log/sqlite/log-file.ts';
import { LogWriter } from '../../../src/log/sqlite/log-writer.ts';
import { SqliteEventReader } from '../../../src/log/sqlite/sqlite-event-reader.ts';
import { newEvents, readLog } from '../../support/log-events.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const appended = 20;
const record = { atMs: 1, rules: [], counts: [], events: 0, bytes: 0, firstReceivedAtMs: 0, lastReceivedAtMs: 0 };

test('property: after events were removed, the lag after any position is the number of events that are left', async () => {
  // The first event identifies the log, and is never removed.
  const position = fc.integer({ min: 2, max: appended + 1 });
  const removals = fc.array(fc.uniqueArray(position, { maxLength: appended }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(removals, async (removed) => {
      const folder = makeTemporaryFolder();
      const db = openLogFile(folder.path);
      const writer = new LogWriter(db);
      writer.beginLog(1);
      writer.commit([{ streamName: 'a-1', events: newEvents(appended), expected: 'any' }], 1);
      db.close();
      const removal = openEventRemoval(folder.path);
      for (const positions of removed) {
        removal.remove({ ...record, positions: positions.toSorted((one, other) => one - other) });
      }
      removal.close();
      const reader = new SqliteEventReader(folder.path);
      const left = await readLog(reader);
      for (let after = 0n; after <= (left.at(-1)?.position ?? 0n); after += 1n) {
        const events = left.filter((event) => event.position > after).length;
        expect(await reader.lagAfter(after)).toMatchObject({ events });
      }
      reader.close();
      folder.remove();
    }),
    { numRuns: 30 },
  );
});
