import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { heal, startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { few, openFailureTrial, type FailureTrial } from '../../support/failure-trial.ts';
import { scrapeSample } from '../../support/metrics.ts';

let server: EventStoreDbServer;
let trial: FailureTrial;
beforeAll(async () => {
  server = await startEventStoreDb();
});
beforeEach(() => {
  trial = openFailureTrial(server.url);
});
afterEach(async () => {
  await heal(server);
  await trial.close();
});
afterAll(() => server.close());

const spooled = () => scrapeSample(trial.url, 'live_ledger_spool_kept_total');

testNeeding('stand-in')(
  'the server frozen under load: every callback is answered 200 while it is, and shown once',
  async () => {
    await trial.serve();
    const onProgress = (done: number) => {
      if (done === 100) server.freeze();
    };
    await trial.send('while it freezes', { connections: 64, onProgress });
    await trial.send('while it is frozen', { seconds: 7 });
    expect(await spooled()).toBeGreaterThan(100);
    server.thaw();
    await trial.send('when it goes on', { size: few });
    await trial.expectAllShown();
  },
);

testNeeding('stand-in')(
  'a node that is stopped while the server is frozen ends in time, and its next start drains what it had answered',
  async () => {
    await trial.serve();
    const onProgress = (done: number) => {
      if (done === 20) server.freeze();
    };
    await trial.send('while it freezes', { connections: 64, onProgress });
    await trial.stop();
    server.thaw();
    await trial.serve();
    await trial.expectAllShown();
  },
);

testNeeding('stand-in')('answers lost after the append, again and again: every callback is shown once', async () => {
  await trial.serve();
  let lost = Promise.resolve();
  const onProgress = (done: number) => {
    if (done % 20 === 0) lost = lost.then(() => server.fault({ answersToLose: 1 }));
  };
  await trial.send('while answers are lost', { connections: 64, onProgress });
  await lost;
  await trial.expectAllShown();
});

testNeeding('stand-in')(
  'a server that takes 2 s for each append: every callback is answered 200, and shown once',
  async () => {
    await trial.serve();
    await server.fault({ appendDelayMs: 2_000 });
    // How many of them go to the spool depends on how busy the machine is; append-dispatch.test.ts says what decides it.
    await trial.send('as many as may be in flight', { connections: 400 });
    await trial.send('more than that', { size: { sessions: 320, tasks: 0 }, connections: 800 });
    await server.fault({ appendDelayMs: 0 });
    await trial.expectAllShown();
  },
);

testNeeding('stand-in')(
  'a full server: every callback is answered 200 by way of the spool, and shown once when there is room',
  async () => {
    await trial.serve();
    await trial.send('while there is room', { size: few });
    await trial.untilProjection(() => true);
    await server.fault({ full: true });
    await trial.send('while there is none', { connections: 64 });
    expect((await trial.projection()).spool.events).toBeGreaterThan(100);
    await server.fault({ full: false });
    await trial.send('when there is room again', { size: few });
    await trial.expectAllShown();
  },
);

testNeeding('stand-in')(
  'our clock 15 s behind the server’s: it takes every callback, and each is shown once, also after a restart',
  async () => {
    await server.fault({ clockAheadMs: 15_000 });
    await trial.serve();
    await trial.send('with the clock behind', { size: few });
    await trial.expectAllShown();
    await trial.serve();
    await trial.send('after a restart', { size: few });
    // An append that the server refuses for its deadline would be refused from the spool as well.
    await trial.expectAllShown();
  },
);
