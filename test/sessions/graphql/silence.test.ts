import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';

const begunAtMs = Date.parse('2026-10-25T12:00:00Z');
let nowMs = begunAtMs;

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => nowMs });
  const push = (sequence: string, stream: string) =>
    running.post(pushBody({ sequence, stream_id: stream, event_time: begunAtMs / 1_000 }));
  await running.post(parseSample('push'));
  await running.post(parseSample('interruption'));
  await push('1', 'quiet');
  await push('2', 'shot');
  nowMs += 3_600_000;
  const screenshot = { event_type: 200, sequence: undefined, event_time: undefined, create_time: nowMs / 1_000 };
  await running.post({ ...parseSample('push'), ...screenshot, stream_id: 'shot' });
  nowMs += 60_000;
  await running.projected();
});
afterAll(() => running.close());

test('a screenshot is heard of a live session; one of which nothing was heard for so long is silent', async () => {
  const { data, errors } = await running.ask(`{
    streamSessions(filter: { isSilent: { eq: true, afterSeconds: 600 } }) { nodes { sequence } }
    others: streamSessions(filter: { isSilent: { eq: false, afterSeconds: 600 } }, first: 2) { totalCount }
    byDefault: streamSessions(filter: { isSilent: { eq: true } }) { nodes { sequence } }
    quiet: streamSession(sequence: "1") { lastHeardAt isSilent(afterSeconds: 600) never: isSilent alike: isSilent(afterSeconds: null) }
    shot: streamSession(sequence: "2") { lastHeardAt lastReceivedAt isSilent(afterSeconds: 600) soon: isSilent(afterSeconds: 59) }
    ended: streamSession(sequence: "6674468118806626493") { lastHeardAt isSilent(afterSeconds: 1) }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    streamSessions: { nodes: [{ sequence: '1' }] },
    others: { totalCount: 2 },
    byDefault: { nodes: [] },
    quiet: { lastHeardAt: '2026-10-25T12:00:00.000Z', isSilent: true, never: false, alike: false },
    shot: {
      lastHeardAt: '2026-10-25T13:00:00.000Z',
      lastReceivedAt: '2026-10-25T12:00:00.000Z',
      isSilent: false,
      soon: true,
    },
    ended: { lastHeardAt: '2026-10-25T12:00:00.000Z', isSilent: false },
  });
});

test.each([
  ['streamSession(sequence: "1") { isSilent(afterSeconds: 0) }', 'afterSeconds must be 1 to 316224000.'],
  ['streamSessions(filter: { isSilent: { eq: true, afterSeconds: -1 } }) { nodes { id } }', /./],
  [
    'streamSessionStatistics(from: "2026-10-25T00:00:00Z", to: "2026-10-26T00:00:00Z", filter: { isSilent: { eq: true } }) { rowCount }',
    'isSilent filters the list streamSessions only: it changes by time alone.',
  ],
])('refuses %s', async (field, message) => {
  const { errors } = await running.ask(`{ ${field} }`);
  expect(errors?.[0]).toMatchObject({
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
