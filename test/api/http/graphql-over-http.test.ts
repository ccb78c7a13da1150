import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { scrapeSample } from '../../support/metrics.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

const audits = serverAudits({ url: () => `${running.app.url}/graphql`, fetchFn: fetch });

test('the audits of graphql-http are those that were counted', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))('%s %s', async (_id, _name, audit) => {
  const result = await audit();
  expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
});

const post = (query: string, accept?: string) =>
  fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accept !== undefined && { accept }) },
    body: JSON.stringify({ query }),
  });

test('what is wrong with an operation has 200 only for clients that ask for application/json by name', async () => {
  const statusOf = async (accept?: string) => (await post('{ nothing }', accept)).status;
  expect(await statusOf('application/json')).toBe(200);
  expect(await statusOf('text/html, application/json;q=0.9')).toBe(200);
  expect(await statusOf('*/*')).toBe(400);
  expect(await statusOf()).toBe(400);
  expect(await statusOf('application/graphql-response+json, application/json;q=0.9')).toBe(400);
});

test('a subscription by POST is an error of the client, and no alarm', async () => {
  const failures = () => scrapeSample(running.app.url, 'live_ledger_graphql_operations_total{outcome="INTERNAL"}');
  for (const accept of ['*/*', 'application/json', 'application/graphql-response+json']) {
    const response = await post('subscription { callbackRecorded { cursor } }', accept);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Subscriptions are not answered here: send them to /graphql/stream, or to /graphql as a WebSocket.',
          locations: [{ line: 1, column: 1 }],
          extensions: { code: 'SUBSCRIPTION_NEEDS_STREAM', requestId: expect.any(String) },
        },
      ],
    });
  }
  expect(await failures()).toBe(0);
  const outcome = 'live_ledger_graphql_operations_total{outcome="SUBSCRIPTION_NEEDS_STREAM"}';
  expect(await scrapeSample(running.app.url, outcome)).toBe(3);
  expect(running.logLines.filter((line) => Number(/"level":(\d+)/.exec(line)?.[1]) >= 40)).toEqual([]);
});
