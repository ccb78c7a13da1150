import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { forwardingHeaders } from '../../../src/api/access/admission.ts';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { connectLive, openLiveSocket } from '../../support/live-socket.ts';
import { openEventStream } from '../../support/live-stream.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const subscription = 'subscription { callbackRecorded { cursor } }';
const advice = 'set API_TOKENS';

/** The headers as docs/api.md lists them, `X-Forwarded-*` by some that are in use. */
const [, list = ''] = /whatever its value:\n([^]*?)\.\n/.exec(readFileSync('docs/api.md', 'utf8')) ?? [];
const documented = [...list.matchAll(/`([\w-]+\*?)`/g)].map(([, name = '']) => name);
const names = documented.flatMap((name) =>
  name === 'X-Forwarded-*' ? ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded'] : [name],
);

/** What each way into GraphQL answers to these headers. */
async function answers(url: string, headers: Record<string, string>): Promise<Record<string, string>> {
  const post = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query":"{ __typename }"}',
  });
  const stream = await openEventStream(url, subscription, {}, headers);
  const socket = await openLiveSocket(url, undefined, { headers });
  socket.send({ type: 'connection_init' });
  const { code, reason } = await socket.closed();
  return {
    POST: `${post.status} ${await post.text()}`,
    stream: `${stream.status} ${await stream.text()}`,
    WebSocket: `${code} ${reason}`,
  };
}

describe('without API_TOKENS', () => {
  let open: RunningApp;
  let trusting: RunningApp;
  beforeAll(async () => {
    open = await startApp();
    trusting = await startApp({ trustProxy: ['10.0.0.1'] });
  });
  afterAll(async () => {
    await open.close();
    await trusting.close();
  });

  const expectRefusal = ({ POST, stream, WebSocket }: Record<string, string>) => {
    for (const answer of [POST, stream]) {
      expect(answer).toMatch(/^401 .*"UNAUTHENTICATED"/);
      expect(answer).toContain(advice);
    }
    expect(WebSocket).toMatch(/^4403 Forbidden; /);
    expect(WebSocket).toContain(advice);
  };

  test('the list of headers is documented', () => {
    expect(documented.map((name) => name.toLowerCase()).sort()).toEqual([...forwardingHeaders, 'x-forwarded-*'].sort());
  });

  test.each(names)('a request with the header %s is refused, whichever way it comes', async (name) => {
    expectRefusal(await answers(open.app.url, { [name]: '203.0.113.9' }));
  });

  test('a header without a value counts too', async () => {
    expectRefusal(await answers(open.app.url, { 'x-forwarded-for': '' }));
  });

  test('every request is refused while TRUST_PROXY is set, whoever it names', async () => {
    expectRefusal(await answers(trusting.app.url, {}));
  });

  test('callbacks are taken with these headers', async () => {
    for (const running of [open, trusting]) {
      expect(
        await running.post({}, '/callbacks/css', { via: '1.1 proxy', 'x-forwarded-for': '203.0.113.9' }),
      ).toMatchObject({
        status: 200,
      });
    }
  });
});

test('with API_TOKENS a token is enough, through any proxy', async () => {
  const access = { mode: 'tokens', tokens: parseApiTokens('viewer=v1') } as const;
  const running = await startApp({ access, trustProxy: ['127.0.0.1'] });
  try {
    const headers = { 'x-forwarded-for': '203.0.113.9', via: '1.1 proxy', authorization: 'Bearer v1' };
    expect(await running.ask('{ __typename }', {}, headers)).toMatchObject({ status: 200 });
    await (await connectLive(running.app.url, 'Bearer v1')).close();
  } finally {
    await running.close();
  }
});
