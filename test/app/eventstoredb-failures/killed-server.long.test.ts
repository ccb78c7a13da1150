import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { heal, startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { aThousand, few, openFailureTrial, type FailureTrial } from '../../support/failure-trial.ts';

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

describe('the server killed in the middle of a thousand appends, with hundreds of them on their way', () => {
  testNeeding('outage').each([1, 30])(
    'and back after %i s: every callback is answered 200 all through, and shown once',
    async (seconds) => {
      await trial.serve();
      // With the server away there would be none to answer from.
      await trial.untilProjection(() => true);
      let killed = Promise.resolve();
      const onProgress = (done: number) => {
        if (done === 300) killed = server.kill();
      };
      await trial.send('while it is killed', { size: aThousand, connections: 256, onProgress });
      await killed;
      await trial.send('while it is away', { seconds });
      expect((await trial.projection()).spool.events).toBeGreaterThan(100);
      await server.restart();
      await trial.send('when it is back', { size: few });
      await trial.expectAllShown();
    },
  );
});

testNeeding('outage')(
  'the server killed again and again while a spool is drained into it: every callback is shown once',
  async () => {
    await trial.serve();
    await trial.send('before it is away', { size: few });
    let { end } = await trial.freshFold();
    await server.kill();
    for (let kills = 0; kills < 2; kills += 1) {
      // Again each time: the spool may have been empty when the server was killed.
      await trial.send(`while it is away, ${kills}`, { size: aThousand, connections: 64 });
      await server.restart();
      end = await trial.untilBehind(end);
      await server.kill();
    }
    await server.restart();
    await trial.expectAllShown();
  },
);
