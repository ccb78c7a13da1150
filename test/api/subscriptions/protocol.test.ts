import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { askUntil } from '../../support/ask-until.ts';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { liveBoundsWith } from '../../support/live-bounds.ts';
import { connectLive, nextOf, openLiveSocket, type LiveSocket } from '../../support/live-socket.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { exchange } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const tokens = { mode: 'tokens', tokens: parseApiTokens('analyst=v1,admin=o1') } as const;

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ access: tokens, liveBounds: liveBoundsWith({}) });
});
afterAll(() => running.close());

const open: LiveSocket[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close();
});
async function raw(...args: [protocols?: readonly string[], options?: object]): Promise<LiveSocket> {
  const socket = await openLiveSocket(running.app.url, ...args);
  open.push(socket);
  return socket;
}
async function connected(authorization = 'Bearer o1'): Promise<LiveSocket> {
  const socket = await connectLive(running.app.url, authorization);
  open.push(socket);
  return socket;
}
const init = { type: 'connection_init', payload: { authorization: 'Bearer v1' } };
const changed = 'subscription { streamSessionChanged { cursor streamSession { streamParam sequence } } }';
const recorded = 'subscription { callbackRecorded { callback { streamSession { sequence } } } }';
const subscribers = () => scrapeSample(running.app.url, 'live_ledger_subscribers{transport="websocket"}');

describe('closes connections that violate the protocol, with its code', () => {
  test.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start"}'],
    ['a subscription without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['a subscription without a query', '{"type":"subscribe","id":"1","payload":{}}'],
    ['a payload that is none', '{"type":"ping","payload":1}'],
    ['what only servers send', '{"type":"connection_ack"}'],
    ['a result', '{"type":"next","id":"1","payload":{}}'],
  ])('4400: %s', async (_name, message) => {
    const socket = await raw();
    socket.send(message);
    expect((await socket.closed()).code).toBe(4400);
  });

  test('4401: an operation before connection_ack', async () => {
    const socket = await raw();
    socket.subscribe('1', changed);
    expect((await socket.closed()).code).toBe(4401);
  });

  test.each([
    ['no token', undefined],
    ['another token', 'Bearer x'],
    ['no bearer', 'v1'],
  ])('4403: %s', async (_name, authorization) => {
    const socket = await raw();
    socket.send({ type: 'connection_init', payload: { authorization } });
    expect(await socket.closed()).toEqual({
      code: 4403,
      reason:
        'Forbidden; The request has no valid token. Send the header Authorization: Bearer with one of API_TOKENS.',
    });
  });

  test('4406: another subprotocol', async () => {
    // The name of the older protocol.
    const answer = await exchange(
      running.app.url,
      'GET /graphql HTTP/1.1\r\nhost: ledger\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-ws\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).not.toMatch(/sec-websocket-protocol/i);
    const frame = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
    expect({ opcode: frame[0], code: frame.readUInt16BE(2) }).toEqual({ opcode: 0x88, code: 4406 });
  });

  test('4408: no connection_init in time', async () => {
    const impatient = await startApp({ liveBounds: liveBoundsWith({ initWaitMsMax: 50 }) });
    try {
      expect((await (await openLiveSocket(impatient.app.url)).closed()).code).toBe(4408);
    } finally {
      await impatient.close();
    }
  });

  test('4409: an id that is in use', async () => {
    const socket = await connected();
    socket.subscribe('1', changed);
    socket.subscribe('1', changed);
    expect((await socket.closed()).code).toBe(4409);
  });

  test('4429: a second connection_init', async () => {
    const socket = await connected();
    socket.send(init);
    expect((await socket.closed()).code).toBe(4429);
  });

  test('1009: a message that is too long', async () => {
    const socket = await connected();
    socket.send({ type: 'ping', payload: { x: 'x'.repeat(130 * 1024) } });
    expect((await socket.closed()).code).toBe(1009);
  });
});

describe('serves clients that keep to the protocol', () => {
  test('accepts a token in the upgrade request instead of in connection_init', async () => {
    const socket = await raw(undefined, { headers: { authorization: 'Bearer o1' } });
    socket.send({ type: 'connection_init' });
    await socket.until((messages) => messages.some(({ type }) => type === 'connection_ack'));
  });

  test('answers a ping with its payload, also before connection_ack, and accepts a pong', async () => {
    const socket = await raw();
    socket.send({ type: 'ping', payload: { a: 1 } });
    socket.send({ type: 'pong' });
    socket.send({ type: 'ping' });
    await socket.until((messages) => messages.length === 2);
    expect(socket.messages).toEqual([{ type: 'pong', payload: { a: 1 } }, { type: 'pong' }]);
  });

  test('answers and completes a query', async () => {
    const socket = await connected('Bearer v1');
    socket.subscribe('q', '{ projections { stalled } }');
    await socket.until((messages) => messages.some(({ type }) => type === 'complete'));
    expect(socket.messages.slice(1)).toEqual([
      { id: 'q', type: 'next', payload: { data: { projections: [{ stalled: false }] } } },
      { id: 'q', type: 'complete' },
    ]);
  });

  test('sends nothing more after complete, and frees the id', async () => {
    const socket = await connected();
    socket.subscribe('1', recorded);
    socket.subscribe('2', recorded);
    await subscribed(socket);
    socket.send({ type: 'complete', id: '1' });
    await subscribed(socket);
    await running.post(pushBody({ sequence: '77' }));
    await socket.until((messages) => nextOf(messages, '2').length === 1);
    socket.subscribe('1', recorded);
    await subscribed(socket);
    await running.post(pushBody({ sequence: '78' }));
    await socket.until((messages) => nextOf(messages, '1').length === 1);
    expect(nextOf(socket.messages, '1')).toEqual([
      { callbackRecorded: { callback: { streamSession: { sequence: '78' } } } },
    ]);
  });

  test('never starts a subscription that was completed before, and ignores a complete of an unknown id', async () => {
    const socket = await connected();
    socket.together(() => {
      socket.send({ type: 'complete', id: 'nothing' });
      socket.subscribe('1', recorded);
      socket.send({ type: 'complete', id: '1' });
      socket.subscribe('2', recorded);
    });
    await subscribed(socket);
    await running.post(pushBody({ sequence: '80' }));
    await socket.until((messages) => nextOf(messages, '2').length === 1);
    expect(socket.messages.filter(({ id }) => id === '1')).toEqual([]);
  });

  test('an id that is used again before its operation has ended is one subscription, and receives each callback once', async () => {
    const socket = await connected();
    const repeated = 300;
    socket.together(() => {
      for (let count = 0; count < repeated; count += 1) {
        socket.subscribe('1', recorded);
        socket.send({ type: 'complete', id: '1' });
      }
      socket.subscribe('1', recorded);
    });
    await subscribed(socket);
    await askUntil(subscribers, (count) => count === 1);
    socket.together(() => {
      socket.send({ type: 'complete', id: '1' });
      socket.subscribe('1', recorded);
    });
    await subscribed(socket);
    await running.post(pushBody({ sequence: '81' }));
    await running.post(pushBody({ sequence: '82' }));
    await socket.until((messages) => JSON.stringify(messages).includes('"82"'));
    expect(nextOf(socket.messages, '1')).toEqual(
      ['81', '82'].map((sequence) => ({ callbackRecorded: { callback: { streamSession: { sequence } } } })),
    );
    expect(socket.messages).not.toContainEqual({ type: 'complete', id: '1' });
    socket.send({ type: 'complete', id: '1' });
    await askUntil(subscribers, (count) => count === 0);
  });

  test('sends no answer to a query that was completed, and takes another one under its id at once', async () => {
    const socket = await connected();
    socket.together(() => {
      socket.subscribe('1', '{ projections { stalled } }');
      socket.send({ type: 'complete', id: '1' });
      socket.subscribe('1', '{ __typename }');
    });
    await socket.until((messages) => messages.some(({ type }) => type === 'complete'));
    await subscribed(socket);
    expect(socket.messages.filter(({ id }) => id === '1')).toEqual([
      { id: '1', type: 'next', payload: { data: { __typename: 'Query' } } },
      { id: '1', type: 'complete' },
    ]);
  });

  test('sends analysts less of the same change than admins', async () => {
    const [analyst, admin] = [await connected('Bearer v1'), await connected('Bearer o1')];
    for (const socket of [analyst, admin]) {
      socket.subscribe('1', changed);
      await subscribed(socket);
    }
    await running.post(pushBody({ sequence: '99', stream_param: 'txSecret=canary' }));
    const sentTo = async (socket: LiveSocket) => {
      await socket.until((messages) => nextOf(messages, '1').length > 0);
      return JSON.stringify(nextOf(socket.messages, '1'));
    };
    expect(await sentTo(analyst)).toMatch(/"streamParam":"\(hidden [0-9a-f]{12}\)"/);
    expect(await sentTo(admin)).toContain('"streamParam":"txSecret=canary"');
  });
});

/** The answer to a later query shows that the subscription has started. */
let asked = 0;
async function subscribed(socket: LiveSocket): Promise<void> {
  const id = `begun-${(asked += 1)}`;
  socket.subscribe(id, '{ projections { stalled } }');
  await socket.until((messages) => messages.some((message) => message.type === 'complete' && message.id === id));
}

describe('requests for another protocol', () => {
  test('answers a request that also offers HTTP/2 as if it did not', async () => {
    const body = JSON.stringify(pushBody({ sequence: '555' }));
    const answer = await exchange(
      running.app.url,
      `POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\nconnection: Upgrade, HTTP2-Settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\{"code":0\}$/);
  });

  test('refuses a WebSocket at another path with NOT_FOUND', async () => {
    const answer = await exchange(
      running.app.url,
      'GET /elsewhere HTTP/1.1\r\nhost: ledger\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 [^]*"error":"NOT_FOUND"/);
  });

  test('refuses an invalid WebSocket handshake with a code', async () => {
    const answer = await exchange(
      running.app.url,
      'GET /graphql HTTP/1.1\r\nhost: ledger\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*"error":"REQUEST_INVALID"/);
  });
});

test('without tokens refuses web pages of another site', async () => {
  const everybody = await startApp();
  try {
    const ofElsewhere = await openLiveSocket(everybody.app.url, undefined, { origin: 'https://elsewhere.example' });
    ofElsewhere.send({ type: 'connection_init' });
    expect((await ofElsewhere.closed()).code).toBe(4403);
    // A name of that site that resolves to this machine: for its page, this server has the same origin.
    const host = `elsewhere.example:${new URL(everybody.app.url).port}`;
    const byItsName = await openLiveSocket(everybody.app.url, undefined, {
      origin: `http://${host}`,
      headers: { host },
    });
    byItsName.send({ type: 'connection_init' });
    expect((await byItsName.closed()).code).toBe(4403);
    const own = await openLiveSocket(everybody.app.url, undefined, { origin: everybody.app.url });
    own.send({ type: 'connection_init' });
    await own.until((messages) => messages.length === 1);
    await own.close();
  } finally {
    await everybody.close();
  }
});
