import { afterEach, beforeEach, expect } from '@jest/globals';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { aThousand, few, openFailureTrial, type FailureTrial } from '../../support/failure-trial.ts';

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

/** Milliseconds that the server takes for each append: with this the spool lasts for 20 s, and a node is killed while many are under way. */
const appendDelayMs = 1_500;

testNeeding('stand-in')(
  'a node killed again and again while it drains its spool, and the server with it: every callback is shown once',
  async () => {
    await trial.serve();
    await trial.send('before the server is away', { size: few });
    let { end } = await trial.freshFold();
    await server.kill();
    await trial.send('while it is away', { size: aThousand, connections: 64 });
    await trial.kill();
    for (let kills = 0; kills < 2; kills += 1) {
      await server.restart();
      await server.fault({ appendDelayMs });
      await trial.serve();
      await trial.ledger.printed(/the spool has events that are not in the log yet/);
      end = await trial.untilBehind(end);
      await trial.kill();
      // It knows no id any more: what is drained again is there twice.
      await server.kill();
    }
    await server.restart();
    await trial.serve();
    await trial.send('when all is well', { size: few });
    await trial.expectAllShown();
    const { events, ids } = await trial.freshFold();
    expect(events).toBeGreaterThan(ids);
  },
);
