import { expect, test } from '@jest/globals';
import { LogReadings } from '../../../src/api/http/log-routes.ts';
import type { NewAuditEntry } from '../../../src/audit/audit-events.ts';
import { LedgerError } from '../../../src/kernel/errors.ts';

/** Readings, and what they ask the audit to record. */
function openReadings() {
  const entries: NewAuditEntry[] = [];
  const log = { takesNothing: false };
  const audit = {
    record: () => Promise.reject(new Error('an entry that is not counted')),
    count(entry: NewAuditEntry) {
      if (log.takesNothing) return Promise.reject(new LedgerError('STORE_UNAVAILABLE', 'The log takes nothing.'));
      entries.push(entry);
      return Promise.resolve();
    },
  };
  const readings = new LogReadings(
    () => audit,
    () => 0,
  );
  return { readings, log, objects: () => entries.map(({ object }) => object) };
}

test('whoever begins at the first event again is recorded again', async () => {
  const { readings, objects } = openReadings();
  for (const after of [0n, 7n, 9n, 0n, 7n]) await readings.note('192.0.2.1', after);
  expect(objects()).toEqual(['after 0', 'after 0']);
});

test('while no entry can be stored, reading goes on, and is recorded once one can', async () => {
  const { readings, log, objects } = openReadings();
  log.takesNothing = true;
  await readings.note('192.0.2.1', 7n);
  log.takesNothing = false;
  for (const after of [8n, 9n]) await readings.note('192.0.2.1', after);
  expect(objects()).toEqual(['after 8']);
});
