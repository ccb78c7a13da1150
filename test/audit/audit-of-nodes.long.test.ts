import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { useAppsAndReceivers } from '../support/apps-and-receivers.ts';
import { askUntil } from '../support/ask-until.ts';
import { onEventStoreDb } from '../support/eventstoredb-app.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import type { RunningApp } from '../support/running-app.ts';

const apps = useAppsAndReceivers();
let server: EventStoreDbServer;
beforeAll(async () => {
  server = await startEventStoreDb();
});
afterAll(() => server.close());

function start(onServer: ReturnType<typeof onEventStoreDb>): Promise<RunningApp> {
  return apps.start({ ...onServer, access: { mode: 'tokens', tokens: parseApiTokens('admin:ada=a1') } });
}

async function audit(app: RunningApp): Promise<unknown> {
  const { data } = await app.ask(
    '{ audit { nodes { at who action object outcome code } } }',
    {},
    { authorization: 'Bearer a1' },
  );
  return (data?.['audit'] as { readonly nodes: unknown } | null | undefined)?.nodes;
}

test('each node shows what was done on another', async () => {
  const onServer = onEventStoreDb(server.url);
  const [one, two] = [await start(onServer), await start(onServer)];
  await askUntil(
    () => one.ask('mutation { skipForwarding(target: "none") { name } }', {}, { authorization: 'Bearer a1' }),
    ({ errors }) => errors?.[0]?.extensions['code'] === 'BAD_USER_INPUT',
  );
  const expected = [
    {
      at: expect.any(String) as unknown,
      who: 'ada',
      action: 'SKIP_FORWARDING',
      object: 'none',
      outcome: 'REFUSED',
      code: 'BAD_USER_INPUT',
    },
  ];
  const shown = await askUntil(
    () => audit(two),
    (nodes) => Array.isArray(nodes) && nodes.length > 0,
  );
  expect(shown).toEqual(expected);
  expect(await audit(one)).toEqual(shown);
});
