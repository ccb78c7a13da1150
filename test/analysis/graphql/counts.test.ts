import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CallbackStatisticsDocument, RelayTaskStatisticsDocument } from '../../../schema/operations.generated.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';

const seconds = (text: string) => Date.parse(text) / 1_000;
const at = (text: string) => ({ event_time: String(seconds(text)) });
const file = { index: 0, url: 'http://a.example/1', duration: 60 };

let nowMs = Date.parse('2026-10-25T12:00:00.700Z');
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => nowMs });
  const push = pushBody({ event_time: seconds('2026-10-25T11:59:58Z'), app: 'a.example.com' });
  for (const body of [
    relayBody('TaskStart', {}, at('2026-10-25T06:00:00Z')),
    relayBody('VodSourceFileStart', file, at('2026-10-25T06:00:01Z')),
    relayBody('VodSourceFileFinish', file, at('2026-10-25T06:01:01Z')),
    relayBody('VodSourceFileStart', file, at('2026-10-25T06:01:02Z')),
    relayBody('TaskAlarm', { type: 'PushStreamFailed' }, at('2026-10-25T06:01:03Z')),
    relayBody('TaskExit', { code: -22, message: 'write packet error.' }, at('2026-10-25T07:30:00Z')),
    push,
    push,
    pushBody({ sequence: 2, event_time: seconds('2026-10-25T12:00:03Z'), app: 'a.example.com' }),
    pushBody({ sequence: 3, event_time: undefined, app: 'a.example.com' }),
    // Without a time.
    parseSample('relay-en-vod-source-file-finish'),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
  // The second in which they arrived has to have passed.
  nowMs += 1_000;
});
afterAll(() => running.close());

test('relayTaskStatistics counts runs, exits by code, files and alarms, by their own times or those of their arrival', async () => {
  const { relayTaskStatistics } = await running.query(RelayTaskStatisticsDocument, {
    from: '2026-10-25T06:00:00Z',
    to: '2026-10-26T00:00:00Z',
    groupBy: ['EXIT_CODE', 'HOUR'],
    orderBy: { field: 'FILES_STARTED', direction: 'DESC' },
    first: 2,
  });
  expect(relayTaskStatistics).toMatchObject({
    to: '2026-10-25T12:00:01.000Z',
    rowCount: 3,
    rows: [
      { from: '2026-10-25T06:00:00.000Z', exitCode: -22, taskId: null, runs: 1, exits: 0, filesStarted: 2, alarms: 1 },
      { from: '2026-10-25T07:00:00.000Z', exitCode: -22, runs: 0, exits: 1, filesStarted: 0, filesPlayed: 0 },
    ],
    total: { runs: 2, exits: 1, filesStarted: 2, filesPlayed: 2, alarms: 1 },
  });
});

test('callbackStatistics counts callbacks, and says how late they came', async () => {
  const { callbackStatistics } = await running.query(CallbackStatisticsDocument, {
    filter: { domain: { eq: 'a.example.com' } },
    from: '2026-10-25T12:00:00Z',
    to: '2026-10-25T13:00:00Z',
    groupBy: ['EVENT_TYPE', 'DOMAIN', 'SIGNATURE', 'DAY'],
    timeZone: 'Asia/Shanghai',
  });
  const figures = {
    callbacks: 3,
    deliveries: 4,
    timed: 2,
    delayMsP50: -2_300,
    delayMsP95: 2_700,
    delayMsP99: 2_700,
    delayMsLeast: -2_300,
  };
  expect(callbackStatistics).toMatchObject({
    rowCount: 1,
    rows: [{ eventType: 1, domain: 'a.example.com', signature: 'NOT_CHECKED', streamId: null, ...figures }],
    total: figures,
  });
  expect(callbackStatistics?.total.recordingMsMost).toBe(0);
});

test.each([
  ['BAD_USER_INPUT', 'callbackStatistics(from: "2026-10-25T00:00:00Z", to: "2026-10-25T00:00:00Z") { rowCount }'],
  [
    'PAGE_TOO_LARGE',
    'relayTaskStatistics(from: "2026-10-25T00:00:00Z", to: "2026-10-26T00:00:00Z", first: 2001) { to }',
  ],
])('%s: %s', async (code, field) => {
  const { errors } = await running.ask(`{ ${field} }`);
  expect(errors).toMatchObject([{ extensions: { code } }]);
});
