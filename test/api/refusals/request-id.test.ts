import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let behindProxy: RunningApp;
let open: RunningApp;
beforeAll(async () => {
  behindProxy = await startApp({ trustProxy: ['10.0.0.1', '127.0.0.0/8'] });
  open = await startApp({ trustProxy: ['10.0.0.1', '::1'] });
});
afterAll(async () => {
  await behindProxy.close();
  await open.close();
});

const idOf = async (running: RunningApp, given?: string, route = '/healthz') => {
  const response = await fetch(`${running.app.url}${route}`, {
    headers: given === undefined ? {} : { 'x-request-id': given },
  });
  return response.headers.get('x-request-id');
};
const anyUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test('every answer has an id of its own', async () => {
  const ids = [await idOf(open), await idOf(open), await idOf(open, undefined, '/nowhere')];
  for (const id of ids) expect(id).toMatch(anyUuid);
  expect(new Set(ids).size).toBe(3);
});

test('uses the id of a trusted proxy, also in errors', async () => {
  expect(await idOf(behindProxy, 'proxy-0123.abc')).toBe('proxy-0123.abc');
  const answer = await behindProxy.post('no JSON', '/callbacks/css', { 'x-request-id': 'proxy-0123.abc' });
  expect(answer.body['requestId']).toBe('proxy-0123.abc');
});

test.each(['short', 'x'.repeat(65), 'with a blank in it', 'a"quote-in-it', 'line;and/others', ''])(
  'ignores an id of a trusted proxy that is not well-formed: %j',
  async (given) => {
    expect(await idOf(behindProxy, given)).toMatch(anyUuid);
  },
);

test('ignores the id of anybody else', async () => {
  expect(await idOf(open, 'proxy-0123.abc')).toMatch(anyUuid);
});
