import { afterEach, beforeEach, expect } from '@jest/globals';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { few, openFailureTrial, type FailureTrial } from '../../support/failure-trial.ts';

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

const status = async (route: string) => (await fetch(`${trial.url}${route}`)).status;

testNeeding('stand-in')(
  'the server emptied and started again: projections stop with what to do, callbacks are taken, and a rebuild goes on with them',
  async () => {
    await trial.serve();
    await trial.send('before it is emptied');
    await trial.expectAllShown();
    trial.forget();
    await trial.serve();
    await trial.untilProjection(({ notFollowedBecause }) => notFollowedBecause === null);

    await server.kill();
    // So few that the new log stays shorter than the copy of the old one.
    await trial.send('while it is away', { size: few });
    // Only now: what the node itself recorded when it started may have been copied last.
    const { position } = await trial.untilProjection(
      ({ notFollowedBecause, lagEvents }) => notFollowedBecause !== null && lagEvents === 0,
    );
    server.empty();
    await server.restart();
    const { stalledBecause } = await trial.untilProjection((projection) => projection.stalledBecause !== null);
    expect(stalledBecause).toMatch(
      /^EventStoreDB no longer has a log under this EVENT_STORE_PREFIX\. .*stop this process and run `live-ledger rebuild --from-log`/,
    );
    await trial.send('to the emptied one', { size: few });
    const stalled = await trial.untilProjection(({ spool }) => spool.events === 0);
    // Nothing of the other log is mixed in, and nothing of it is passed over.
    expect(stalled.position).toBe(position);
    expect([await status('/readyz/receive'), await status('/readyz/query')]).toEqual([200, 503]);

    await trial.stop();
    expect(await trial.run('rebuild', '--from-log')).toBe(0);
    await trial.serve();
    await trial.send('after the rebuild', { size: few });
    await trial.expectAllShown();
  },
);
