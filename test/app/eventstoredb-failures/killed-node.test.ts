import { afterEach, beforeEach, expect } from '@jest/globals';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { openFailureTrial, type FailureTrial } from '../../support/failure-trial.ts';

let server: EventStoreDbServer;
let trial: FailureTrial;
beforeEach(async () => {
  server = await startEventStoreDb();
  trial = openFailureTrial(server.url);
});
afterEach(async () => {
  await trial.close();
  await server.close();
});

testNeeding('outage')(
  'a node killed again and again while it drains its spool, and the server with it: every callback is told once',
  async () => {
    await trial.serve();
    await trial.send('before the server is away');
    const begun = await trial.freshFold();
    await server.kill();
    await trial.send('while it is away', { size: { sessions: 80, tasks: 10 }, connections: 64 });
    await trial.kill();
    for (let kills = 0, end = begun.end; kills < 2; kills += 1) {
      await server.restart();
      await trial.serve();
      expect(trial.ledger.stdout()).toContain('the spool holds events that are not in the log yet');
      // Something of the spool has come to the log.
      const before = end;
      const { position } = await trial.untilProjection((told) => BigInt(told.position ?? 0n) > before);
      end = BigInt(position ?? 0n);
      await trial.kill();
      // It knows no id any more: what is drained again stands there twice.
      await server.kill();
    }
    await server.restart();
    await trial.serve();
    await trial.send('when all is well');
    await trial.expectAllTold();
    const { events, ids } = await trial.freshFold();
    expect(events).toBeGreaterThan(ids);
  },
  120_000,
);
