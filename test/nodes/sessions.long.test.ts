import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { useAppsAndReceivers } from '../support/apps-and-receivers.ts';
import { askUntil } from '../support/ask-until.ts';
import { onEventStoreDb } from '../support/eventstoredb-app.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import type { RunningApp } from '../support/running-app.ts';

const apps = useAppsAndReceivers();
let server: EventStoreDbServer;
beforeAll(async () => {
  server = await startEventStoreDb();
});
afterAll(() => server.close());

function start(onServer = onEventStoreDb(server.url)): Promise<RunningApp> {
  return apps.start({ ...onServer, access: { mode: 'tokens', tokens: parseApiTokens('viewer:anna=v1') } });
}

const begin = ({ app: { url } }: RunningApp) =>
  fetch(`${url}/session`, { method: 'POST', headers: { authorization: 'Bearer v1', origin: url } });

/** The cookie of a node that has a copy of the log. */
async function signIn(app: RunningApp): Promise<string> {
  const answer = await askUntil(
    () => begin(app),
    ({ status }) => status === 204,
  );
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

const roleOf = async (app: RunningApp, cookie: string) => {
  const { status, data, errors } = await app.ask('{ viewer { role } }', {}, { cookie, origin: app.app.url });
  return [status, data?.['viewer'] ?? errors?.[0]?.extensions['code']];
};

test('every node of a ledger takes the session of another, and no other ledger does', async () => {
  const onServer = onEventStoreDb(server.url);
  const [one, two, other] = [await start(onServer), await start(onServer), await start()];
  // Each has a copy of its log once it signs somebody in.
  const [cookie] = [await signIn(one), await signIn(two), await signIn(other)];
  for (const app of [one, two]) expect(await roleOf(app, cookie)).toEqual([200, { role: 'VIEWER' }]);
  expect(await roleOf(other, cookie)).toEqual([401, 'UNAUTHENTICATED']);
});

testNeeding('outage')('without a copy of the log it is not known who signed in: 503, and not 401', async () => {
  await server.kill();
  const app = await start();
  expect((await begin(app)).status).toBe(503);
  expect(await roleOf(app, 'a=b')).toEqual([503, 'STORE_UNAVAILABLE']);
  await server.restart();
  expect(await roleOf(app, await signIn(app))).toEqual([200, { role: 'VIEWER' }]);
});
