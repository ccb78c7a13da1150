import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { askUntil } from '../../support/ask-until.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { eventsOf, openEventStream } from '../../support/live-stream.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
const aborts: AbortController[] = [];
beforeEach(async () => {
  running = await startApp();
});
afterEach(async () => {
  for (const abort of aborts.splice(0)) abort.abort();
  await running.close();
});

const recorded = `subscription ($after: Cursor, $eventType: Int) {
  callbackRecorded(after: $after, filter: { eventType: { eq: $eventType } }) { cursor callback { streamSession { sequence } } }
}`;

interface Recorded {
  readonly data: {
    readonly callbackRecorded: { cursor: string; callback: { streamSession: { sequence: string } } };
  };
}

/** Reads the first `count` sequences, and the id of the last one; then it ends the stream. */
async function read(response: Response, count: number) {
  const sequences: string[] = [];
  for await (const { event, id, data } of eventsOf(response)) {
    expect(event).toBe('next');
    const { callbackRecorded } = (JSON.parse(data ?? '') as Recorded).data;
    expect(callbackRecorded.cursor).toBe(id);
    sequences.push(callbackRecorded.callback.streamSession.sequence);
    if (sequences.length === count) return { sequences, id: id ?? '' };
  }
  throw new Error(`The stream ended after ${sequences.length} events.`);
}

test('by POST: sends each callback, and resumes after Last-Event-ID without a gap or a repeat', async () => {
  const { url } = running.app;
  const first = await openEventStream(url, recorded, { eventType: 1 });
  expect(first.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  for (const sequence of ['1', '2', '3']) await running.post(pushBody({ sequence }));
  const one = await read(first, 2);
  expect(one.sequences).toEqual(['1', '2']);
  await running.post(pushBody({ sequence: '4' }));
  await running.restart();
  const second = await openEventStream(running.app.url, recorded, { eventType: 1 }, { 'last-event-id': one.id });
  await running.post(pushBody({ sequence: '5' }));
  expect((await read(second, 3)).sequences).toEqual(['3', '4', '5']);
});

test('by GET, as EventSource does: Last-Event-ID overrides the argument in the URL', async () => {
  await running.post(pushBody({ sequence: '1' }));
  await running.projected();
  const { liveFrom } = (await running.ask('{ callbacks { liveFrom } }')).data?.['callbacks'] as { liveFrom: string };
  for (const sequence of ['2', '3', '4']) await running.post(pushBody({ sequence }));
  const query = new URLSearchParams({ query: recorded, variables: JSON.stringify({ after: liveFrom, eventType: 1 }) });
  const get = (headers: Record<string, string> = {}) => {
    const abort = new AbortController();
    aborts.push(abort);
    return fetch(`${running.app.url}/graphql/stream?${query.toString()}`, { headers, signal: abort.signal });
  };
  const one = await read(await get(), 2);
  expect(one.sequences).toEqual(['2', '3']);
  expect((await read(await get({ 'last-event-id': one.id }), 1)).sequences).toEqual(['4']);
});

test('a stopping server ends the stream with its cursor as the last id, after which it resumes', async () => {
  const stream = await openEventStream(running.app.url, recorded, { eventType: 1 });
  await running.post(pushBody({ sequence: '1' }));
  await running.projected();
  const restarted = running.restart();
  const [, sent = '', id = ''] = /^(.*\n): the server is stopping\nid: (\S+)\n\n$/s.exec(await stream.text()) ?? [];
  // It may stop before it has sent the first callback: then its cursor is before that one.
  const before = [...sent.matchAll(/"sequence":"(\d+)"/g)].map(([, sequence]) => sequence);
  await restarted;
  await running.post(pushBody({ sequence: '2' }));
  const second = await openEventStream(running.app.url, recorded, { eventType: 1 }, { 'last-event-id': id });
  const { sequences } = await read(second, 2 - before.length);
  expect([...before, ...sequences]).toEqual(['1', '2']);
});

test('counts a subscriber no more once the client has gone', async () => {
  const stream = await openEventStream(running.app.url, recorded);
  await stream.body?.cancel();
  const subscribers = async () =>
    /^live_ledger_subscribers\{transport="sse"\} (\d+)$/m.exec(
      await (await fetch(`${running.app.url}/metrics`)).text(),
    )?.[1];
  await askUntil(subscribers, (count) => count === '0');
});
