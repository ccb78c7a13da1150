import { interruptionBody, pushBody, without } from './callback-bodies.ts';
import { relayBody, sourceUrlsAsSent } from './relay-bodies.ts';
import { startApp, type RunningApp } from './running-app.ts';

/** The ledger behind docs/questions.md: a week of an account, as it would have been recorded, up to a Saturday noon. */

/** The time at which the questions are asked. */
export const askedAtMs = Date.parse('2026-11-21T12:00:00Z');

/** A push as it happened; its callbacks, and which of them were lost, are derived from it. */
export interface PlannedPush {
  readonly domain: string;
  readonly streamId: string;
  readonly from: string;
  /** Null: it is still going on. */
  readonly to: string | null;
  readonly code: number;
  readonly node: string;
  readonly userIp: string;
  readonly appid: number;
  readonly lost: 'PUSH' | 'INTERRUPTION' | null;
  /** Milliseconds of its interruption's delay. */
  readonly lateMs: number;
  /** How often each of its callbacks arrived. */
  readonly times: number;
}

const usual = {
  domain: 'push.example.com',
  to: null,
  code: 1,
  node: '100.121.160.92',
  userIp: '203.0.113.7',
  appid: 12345678,
  lost: null,
  lateMs: 0,
  times: 1,
} satisfies Partial<PlannedPush>;

const push = (streamId: string, from: string, rest: Partial<PlannedPush> = {}): PlannedPush => ({
  ...usual,
  streamId,
  from: `2026-11-${from}Z`,
  ...rest,
  to: rest.to == null ? null : `2026-11-${rest.to}Z`,
});
const cam = { domain: 'cam.example.com', userIp: '198.51.100.9', node: '100.121.160.93' };
const van = { userIp: '192.0.2.44', node: '100.121.160.93', code: 14 };

/** Every push, by start. */
export const plannedPushes: readonly PlannedPush[] = [
  push('door-cam', '16T08:00:00', cam),
  push('lobby-cam', '17T09:00:00', { ...cam, to: '19T08:59:00', lost: 'INTERRUPTION' }),
  push('lobby-cam', '19T09:00:00', cam),
  push('yard-cam', '18T10:00:00', { ...cam, to: '18T12:00:00', lost: 'PUSH' }),
  ...['16', '17', '18', '19', '20'].map((day) => push('studio-a', `${day}T19:00:00`, { to: `${day}T21:30:00` })),
  // Another encoder with the same push URL.
  push('talk', '18T15:00:00', { to: '18T15:30:01', code: 21 }),
  push('talk', '18T15:30:00', { to: '18T16:30:00', userIp: '192.0.2.99' }),
  push('trial', '19T11:00:00', { to: '19T11:00:01', code: 19 }),
  // A van with a bad link: seven connections, the first reported late.
  ...[0, 1, 2, 3, 4, 5, 6].map((index) =>
    push('field-7', `20T14:${two(4 * index)}:${index === 0 ? '00' : '20'}`, {
      ...van,
      to: `20T14:${two(4 * index + 4)}:00`,
      lateMs: index === 0 ? 360_000 : 0,
    }),
  ),
  push('gala', '20T19:30:00', { to: '20T20:20:00', code: 14, times: 3 }),
  push('gala', '20T20:20:30', { to: '20T22:00:00' }),
  push('studio-b', '20T19:45:00', { to: '20T20:10:00' }),
  push('concert', '20T20:30:00', { to: '20T23:10:00', appid: 87654321, userIp: '198.51.100.80' }),
  push('studio-a', '21T11:00:00'),
];

/** An exit of a relay task: its time and code. */
export interface PlannedExit {
  readonly at: string;
  readonly code: number;
}
export const plannedExits: readonly PlannedExit[] = [
  { at: '2026-11-13T09:00:00Z', code: -22 },
  { at: '2026-11-17T06:00:00Z', code: 0 },
  { at: '2026-11-19T03:00:00Z', code: -22 },
  { at: '2026-11-20T17:10:00Z', code: -5 },
  { at: '2026-11-21T02:00:00Z', code: -22 },
];

/** When the service was stopped: an hour in which nothing happened. */
const plannedStop = { from: '2026-11-18T01:00:00Z', to: '2026-11-18T02:00:00Z' };

interface Arrival {
  readonly atMs: number;
  readonly body: Record<string, unknown>;
}

/** Opens the ledger with its clock set to the time of the questions. */
export async function openQuestionsLedger(): Promise<RunningApp> {
  let nowMs = 0;
  const token = 'token-of-the-callback-url';
  const running = await startApp({
    clock: () => nowMs,
    outageMsMin: 1_000,
    authenticity: { keys: [], tokens: [token] },
  });
  const arrivals = [...plannedPushes.flatMap(arrivalsOf), ...relays(), ...others(), ...refused()];
  const stopMs = Date.parse(plannedStop.from);
  let hasStopped = false;
  for (const { atMs, body } of arrivals.sort((one, other) => one.atMs - other.atMs)) {
    if (!hasStopped && atMs > stopMs) {
      hasStopped = true;
      nowMs = stopMs;
      await running.restart(() => {
        nowMs = Date.parse(plannedStop.to);
        return Promise.resolve();
      });
    }
    nowMs = atMs;
    const { status } = await running.post(body, `/callbacks/css/${token}`);
    if (status !== 200) throw new Error(`A callback was answered ${status}.`);
  }
  // Sent without the token, so it is quarantined.
  await running.post(relayBody('TaskStart', {}, { task_id: '999', appid: 12345678 }));
  nowMs = askedAtMs;
  await running.projected();
  return running;
}

/** Milliseconds from an event until its callback arrives. */
const usualDelayMs = 1_300;

function arrivalsOf(planned: PlannedPush, index: number): Arrival[] {
  const { domain, streamId, from, to, code, lost, lateMs, times, node, userIp, appid } = planned;
  const sequence = String(7_100_000_000_000_000_001n + BigInt(index));
  const facts = { app: domain, appid, stream_id: streamId, channel_id: streamId, sequence, node, user_ip: userIp };
  const at = (time: string, lateBy: number, body: Record<string, unknown>): Arrival[] =>
    Array.from({ length: times }, (_, delivery) => ({
      atMs: Date.parse(time) + usualDelayMs + lateBy + 60_000 * delivery,
      body: { ...without(body, 'sign', 't'), ...facts, event_time: Date.parse(time) / 1_000 },
    }));
  const duration = to === null ? '' : String(Date.parse(to) - Date.parse(from));
  const began = at(from, 0, pushBody());
  const ended = to === null ? [] : at(to, lateMs, interruptionBody({ errcode: code, push_duration: duration }));
  return [...(lost === 'PUSH' ? [] : began), ...(lost === 'INTERRUPTION' ? [] : ended)];
}

function relays(): Arrival[] {
  const of = (taskId: string, streamId: string, file: string) => {
    const url = `https://media.example.net/${file}.mp4`;
    const facts = {
      appid: 12345678,
      task_id: taskId,
      stream_id: streamId,
      source_urls: sourceUrlsAsSent(url),
      to_url: `rtmp://push.example.com/live/${streamId}`,
    };
    return (event: string, time: string, msg: object = {}): Arrival => ({
      atMs: Date.parse(time) + usualDelayMs,
      body: relayBody(
        event,
        { ...msg, ...(event.startsWith('Vod') && { index: 0, url, duration: 7_200 }) },
        {
          ...facts,
          event_time: String(Date.parse(time) / 1_000),
        },
      ),
    });
  };
  const [rerun, news, promo] = [
    of('300001', 'rerun', 'show'),
    of('300002', 'news', 'news'),
    of('300003', 'promo', 'promo'),
  ];
  const [old, , crash, noSource, lost] = plannedExits;
  return [
    news('TaskStart', '2026-11-13T08:00:00Z'),
    news('TaskExit', old?.at ?? '', { code: -22, message: 'write packet error.' }),
    rerun('TaskStart', '2026-11-16T06:00:00Z'),
    rerun('VodSourceFileStart', '2026-11-16T06:00:02Z'),
    rerun('VodSourceFileFinish', '2026-11-16T08:00:02Z'),
    rerun('TaskExit', '2026-11-17T06:00:00Z', { code: 0, message: 'end.' }),
    rerun('TaskStart', '2026-11-17T06:01:00Z'),
    rerun('TaskExit', crash?.at ?? '', { code: -22, message: 'write packet error.' }),
    rerun('TaskStart', '2026-11-19T03:02:00Z'),
    rerun('VodSourceFileStart', '2026-11-21T11:00:00Z'),
    news('TaskStart', '2026-11-20T16:00:00Z'),
    news('TaskAlarm', '2026-11-20T17:00:00Z', { type: 'PullFileUnstable' }),
    news('TaskExit', noSource?.at ?? '', { code: -5, message: 'no source.' }),
    // Its TaskStart was lost.
    promo('VodSourceFileStart', '2026-11-21T01:00:00Z'),
    promo('TaskExit', lost?.at ?? '', { code: -22, message: 'write packet error.' }),
    { ...of('', '', 'unknown')('TaskExit', '2026-11-21T03:00:00Z', { code: -1 }) },
  ].map(({ atMs, body }) => ({
    atMs,
    body: body['task_id'] === '' ? without(body, 'task_id', 'stream_id', 'to_url') : body,
  }));
}

/** A relay pushes like any publisher; a recording and a screenshot name their stream. */
function others(): Arrival[] {
  const of = (eventType: number, time: string): Arrival => ({
    atMs: Date.parse(time) + usualDelayMs,
    body: {
      event_type: eventType,
      appid: 12345678,
      app: 'push.example.com',
      appname: 'live',
      stream_id: 'gala',
      event_time: Date.parse(time) / 1_000,
    },
  });
  return [of(200, '2026-11-20T19:40:00Z'), of(100, '2026-11-20T20:20:05Z')];
}

/** An encoder whose push URL has expired. */
function refused(): Arrival[] {
  return [0, 5, 10].map((second, index) => {
    const atMs = Date.parse('2026-11-21T11:50:00Z') + 1_000 * second;
    const stream = { app: 'push.example.com', stream_id: 'booth', channel_id: 'booth', user_ip: '198.51.100.23' };
    const refusal = { errcode: 18, errmsg: 'push url maybe invalid', push_duration: '0' };
    const sequence = String(7_200_000_000_000_000_001n + BigInt(index));
    const body = interruptionBody({ ...stream, ...refusal, sequence, event_time: atMs / 1_000 });
    return { atMs: atMs + usualDelayMs, body: without(body, 'sign', 't') };
  });
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
