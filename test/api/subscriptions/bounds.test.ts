import { afterEach, describe, expect, test } from '@jest/globals';
import { askUntil } from '../../support/ask-until.ts';
import type { LiveBounds } from '../../../src/api/subscriptions/live-connections.ts';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { readLogCursor } from '../../../src/live/log-cursor.ts';
import { liveBoundsWith } from '../../support/live-bounds.ts';
import { openEventStream } from '../../support/live-stream.ts';
import { connectLive, openLiveSocket, type LiveSocket } from '../../support/live-socket.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { patientMs } from '../../support/patience.ts';
import { openRawConnection, postHead } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const open: LiveSocket[] = [];
const apps: RunningApp[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close();
  for (const app of apps.splice(0)) await app.close();
});

type ChangingBounds = { -readonly [Name in keyof LiveBounds]: LiveBounds[Name] };

async function start(bounds: Partial<LiveBounds>, tokens?: string): Promise<RunningApp> {
  return startWithin(liveBoundsWith(bounds), tokens);
}
/** The bounds are checked again and again, so a test may lower one when it has done all that must come before. */
async function startWithin(bounds: LiveBounds, tokens?: string): Promise<RunningApp> {
  const app = await startApp({
    liveBounds: bounds,
    ...(tokens !== undefined && { access: { mode: 'tokens', tokens: parseApiTokens(tokens) } }),
  });
  apps.push(app);
  return app;
}
async function connect({ app }: RunningApp, token?: string): Promise<LiveSocket> {
  const socket = await connectLive(app.url, token);
  open.push(socket);
  return socket;
}
const changed = 'subscription { streamSessionChanged { cursor } }';
const ended = (running: RunningApp, transport: string, end: string) =>
  scrapeSample(running.app.url, `live_ledger_live_connections_ended_total{transport="${transport}",end="${end}"}`);

describe('the number of', () => {
  test('operations on one connection: refuses one more, and the others continue', async () => {
    const running = await start({ operationsOfConnectionMax: 2 });
    const socket = await connect(running);
    for (const id of ['1', '2', '3']) socket.subscribe(id, 'subscription { callbackRecorded { cursor } }');
    const refused = await socket.until((messages) => messages.find(({ type }) => type === 'error'));
    expect(refused).toMatchObject({
      id: '3',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', requestId: expect.any(String) } }],
    });
    await running.post(pushBody());
    await socket.until((messages) => messages.filter(({ type }) => type === 'next').length === 2);
  });

  test('connections with one token: refuses one more, but not one with another token', async () => {
    const running = await start({ connectionsOfTokenMax: 1 }, 'viewer=v1,viewer=v2');
    const first = await connect(running, 'Bearer v1');
    const second = await openLiveSocket(running.app.url);
    second.send({ type: 'connection_init', payload: { authorization: 'Bearer v1' } });
    expect(await second.closed()).toEqual({ code: 1013, reason: 'too many connections, try again later' });
    const stream = await openEventStream(running.app.url, changed, {}, { authorization: 'Bearer v1' });
    expect(stream.status).toBe(503);
    expect(stream.headers.get('retry-after')).toBe('5');
    expect(await stream.text()).toContain('"code":"TOO_MANY_SUBSCRIPTIONS"');
    await connect(running, 'Bearer v2');
    await first.close();
    await connect(running, 'Bearer v1');
  });

  test('connections without tokens: only that of all', async () => {
    const running = await start({ connectionsOfTokenMax: 1 });
    await connect(running);
    await connect(running);
  });

  test('all connections: refuses one more', async () => {
    const running = await start({ connectionsMax: 1 });
    await connect(running);
    const second = await openLiveSocket(running.app.url);
    expect((await second.closed()).code).toBe(1013);
    expect(await ended(running, 'websocket', 'TOO_MANY')).toBe(1);
    expect((await openEventStream(running.app.url, changed)).status).toBe(503);
  });
});

describe('the time of a connection', () => {
  test('closes an idle one; one with a subscription only at its maximal age, with its cursor', async () => {
    const bounds: ChangingBounds = liveBoundsWith({});
    const running = await startWithin(bounds);
    const idle = await connect(running);
    const busy = await connect(running);
    busy.subscribe('1', changed);
    busy.subscribe('q', '{ __typename }');
    await busy.until((messages) => messages.some(({ type }) => type === 'complete'));
    bounds.idleMsMax = 1;
    expect(await idle.closed()).toEqual({ code: 4410, reason: 'no operation for too long' });
    await running.post(pushBody());
    await busy.until((messages) => messages.some(({ type, id }) => type === 'next' && id === '1'));
    bounds.ageMsMax = 0;
    const { code, reason } = await busy.closed();
    expect(code).toBe(4412);
    const [, cursor = ''] = /^open for too long; after (\S+)$/.exec(reason) ?? [];
    // The cursor covers the whole log, and so the callback.
    expect(readLogCursor(cursor, running.log)).toMatchObject({ position: await running.log.endPosition() });
    expect(busy.messages.filter(({ type, id }) => type === 'next' && id === '1')).toHaveLength(1);
    expect(await ended(running, 'websocket', 'IDLE')).toBe(1);
    expect(await ended(running, 'websocket', 'TOO_LONG')).toBe(1);
  });

  test('closes one that does not respond, but not one that answers pings', async () => {
    const { running, dead, alive } = await oneSilent(1_000);
    await running.post(pushBody());
    await alive.until((messages) => messages.some(({ type }) => type === 'next'));
    dead.ws.resume();
    const { code, reason } = await dead.closed();
    expect(code).toBe(4411);
    const [, cursor = ''] = /^the client does not respond; after (\S+)$/.exec(reason) ?? [];
    expect(readLogCursor(cursor, running.log)).toMatchObject({ position: 1n });
  });

  /** Resolves once one of two connections is closed as silent; with more time where the other one had no turn to answer in it. */
  async function oneSilent(silentMsMax: number): Promise<{ running: RunningApp; dead: LiveSocket; alive: LiveSocket }> {
    const running = await start({ pingEveryMs: 20, silentMsMax });
    const [dead, alive] = [await connect(running), await connect(running)];
    for (const socket of [dead, alive]) socket.subscribe('1', changed);
    dead.ws.pause();
    const closed = await askUntil(
      () => ended(running, 'websocket', 'SILENT'),
      (count) => count > 0,
    );
    return closed === 1 || silentMsMax > patientMs ? { running, dead, alive } : oneSilent(4 * silentMsMax);
  }

  test('closes an event stream that is not read', async () => {
    const running = await start({ pingEveryMs: 20, silentMsMax: 400 });
    const body = JSON.stringify({ query: 'subscription { callbackRecorded { callback { body } } }' });
    const connection = await openRawConnection(running.app.url);
    connection.socket.write(`${postHead('/graphql/stream', body.length, ['content-type: application/json'])}${body}`);
    await connection.until('retry: ');
    connection.socket.pause();
    for (let sent = 0; (await ended(running, 'sse', 'SILENT')) === 0; sent += 1) {
      await running.post(pushBody({ sequence: String(sent), junk: 'x'.repeat(60_000) }));
    }
    connection.socket.destroy();
  });

  test('closes an event stream at its maximal age, with its cursor as the last id', async () => {
    const bounds: ChangingBounds = liveBoundsWith({ pingEveryMs: 20 });
    const running = await startWithin(bounds);
    const stream = await openEventStream(running.app.url, changed);
    let text = '';
    for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes(':\nid: ')) bounds.ageMsMax = 0;
    }
    expect(text).toMatch(/: open for too long\nid: \S+\n\n$/);
    // Heartbeats, each with the cursor.
    expect(text).toMatch(/\n:\nid: \S+\n\n/);
    expect(await ended(running, 'sse', 'TOO_LONG')).toBe(1);
  });
});
