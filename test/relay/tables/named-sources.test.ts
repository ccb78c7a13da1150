import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { prepareRelaySources } from '../../../src/relay/tables/source-table.ts';
import { projectEvent } from '../../../src/projecting/project-batch.ts';
import { openLedger } from '../../support/ledger.ts';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';

const beginsAtSeconds = 1_600_000_000;

function naming(source: string, seconds: number, callbackEvent: string) {
  const named = { event_time: String(beginsAtSeconds + seconds), source_urls: sourceUrlsAsSent(source) };
  return { body: relayBody(callbackEvent, {}, named), receivedAtMs: (beginsAtSeconds + seconds) * 1_000 + 100 };
}

const callback = fc.record({
  source: fc.constantFrom('http://a.example/1', 'http://b.example/1', 'http://c.example/1'),
  seconds: fc.integer({ min: 0, max: 3 }),
  event: fc.constantFrom('TaskStart', 'TaskExit', 'VodSourceFileStart'),
});

test('sources that a task named, as known within a transaction, are those in the file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(callback, { minLength: 2, maxLength: 8 }), async (callbacks) => {
      const ledger = openLedger();
      await ledger.append(callbacks.map(({ source, seconds, event }) => naming(source, seconds, event)));
      const { rows, db } = ledger.openReadModel();
      const stored = prepareRelaySources(db);
      const events = await ledger.events();
      rows.transaction(() => {
        for (const event of events) {
          projectEvent(rows, event);
          for (const seconds of [0, 1, 2, 3]) {
            const between = [1, (beginsAtSeconds + seconds) * 1_000, Number.MAX_SAFE_INTEGER] as const;
            expect(rows.relay.sourcesBetween(...between).toSorted()).toEqual(
              stored.sourcesBetween(...between).toSorted(),
            );
          }
        }
      });
      await ledger.close();
    }),
  );
});
