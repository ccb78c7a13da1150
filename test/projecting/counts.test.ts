import { expect, test } from '@jest/globals';
import { startProjector } from '../../src/projecting/projector.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { withLedger } from '../support/ledger.ts';
import { projectedTo } from '../support/projected-to.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

const eventId = '00000000-0000-4000-8000-000000000001';

test('the projector counts what it has projected since it was started, each event as one thing', async () => {
  const arrivals = [
    { body: pushBody(), receivedAtMs: 1_000, eventId },
    { body: pushBody(), receivedAtMs: 1_001 },
    { body: pushBody(), receivedAtMs: 1_002 },
    // The same event twice in the log: it counts once.
    { body: pushBody(), receivedAtMs: 1_000, eventId },
    { body: interruptionBody(), receivedAtMs: 2_000 },
  ];
  await withLedger(arrivals, async (ledger) => {
    await ledger.appendEvent('quarantine-unreadable', { data: Buffer.from('?') });
    const end = await ledger.appendEvent('account-1', { metadata: Buffer.from('null') });
    const readModel = ledger.openReadModel();
    const { logger } = openRecordingLogger();
    const start = () => startProjector({ store: ledger.store, rows: readModel.rows, logger });

    const projector = await start();
    await projectedTo(end, readModel.rows);
    expect(projector.counts()).toEqual({ events: 8, callbacks: 2, redeliveries: 2, poisoned: 1, damaged: 0 });
    await projector.stop();

    const restarted = await start();
    const last = await ledger.appendEvent('account-1', { data: Buffer.from('{"event_type":0}') });
    await projectedTo(last, readModel.rows);
    expect(restarted.counts()).toEqual({ events: 1, callbacks: 1, redeliveries: 0, poisoned: 0, damaged: 0 });
    await restarted.stop();
  });
});
