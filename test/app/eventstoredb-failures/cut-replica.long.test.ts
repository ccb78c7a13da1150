import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { heal, startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { few, openFailureTrial, type FailureTrial } from '../../support/failure-trial.ts';

let server: EventStoreDbServer;
let trial: FailureTrial;
beforeAll(async () => {
  server = await startEventStoreDb();
});
beforeEach(() => {
  trial = openFailureTrial(server.url);
});
afterEach(async () => {
  await trial.close();
  await heal(server);
});
afterAll(() => server.close());

testNeeding('stand-in')(
  'a replica cut at every event in turn: each copy is folded to the rows of one that was never cut',
  async () => {
    await trial.serve();
    await trial.send('cut', { size: few });
    await trial.expectAllShown();
    const { events, hash } = await trial.freshFold();
    expect(events).toBeGreaterThan(20);
    for (let event = 1; event <= events; event += 1) {
      await server.fault({ cutAfterEvents: event });
      expect({ event, hash: (await trial.freshFold()).hash }).toEqual({ event, hash });
    }
  },
);

testNeeding('stand-in')(
  'a subscription cut again and again while callbacks come: every one is shown once',
  async () => {
    await server.fault({ cutAfterEvents: 13 });
    await trial.serve();
    await trial.send('while it is cut');
    await trial.expectAllShown();
  },
);
