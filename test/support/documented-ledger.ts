import { interruptionBody, pushBody, without } from './callback-bodies.ts';
import { relayBody, sourceUrlsAsSent } from './relay-bodies.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from './running-app.ts';
import { parseSample } from './samples.ts';
import { signed } from './signed.ts';

/** The ledger that the answers of docs/api.md were taken from: these callbacks, one a second, in this order. */
export interface DocumentedLedger {
  ask(query: string, variables?: Record<string, unknown>, role?: 'viewer' | 'operator'): Promise<GraphqlAnswer>;
  close(): Promise<void>;
}

const token = 'token-of-the-callback-url';
const key = 'a-callback-key';
const beganAt = Date.parse('2026-11-21T11:53:00Z');

export async function openDocumentedLedger(): Promise<DocumentedLedger> {
  let nowMs = beganAt;
  const running = await startApp({
    clock: () => nowMs,
    authenticity: { keys: [{ domain: null, key }], tokens: [token] },
    access: { mode: 'tokens', tokens: [viewer, operator] },
  });
  const post = async (body: unknown, route: string) => {
    nowMs += 1_000;
    const { status } = await running.post(body, route);
    if (status !== 200) throw new Error(`A documented callback was answered ${status}.`);
  };
  for (const body of callbacks) await post(body, `/callbacks/css/${token}`);
  await post(signed({ event_type: 1, appid: 12345678 }, 'another key', seconds('11:53:00')), '/callbacks/css');
  await running.projected();
  return {
    ask: (query, variables = {}, role = 'operator') => askAs(running, role, query, variables),
    close: () => running.close(),
  };
}

const viewer = { role: 'viewer', token: 'v1' } as const;
const operator = { role: 'operator', token: 'o1' } as const;

function askAs(running: RunningApp, role: 'viewer' | 'operator', query: string, variables: Record<string, unknown>) {
  const { token: bearer } = role === 'viewer' ? viewer : operator;
  return running.ask(query, variables, { authorization: `Bearer ${bearer}` });
}

function seconds(moment: string): number {
  return Date.parse(`2026-11-21T${moment}Z`) / 1_000;
}

function sessionOf(number: number, streamId: string, facts: Record<string, unknown> = {}) {
  return {
    sequence: String(7_000_000_000_000_000_000n + BigInt(number)),
    appid: 12345678,
    app: 'push.example.com',
    stream_id: streamId,
    channel_id: streamId,
    stream_param: 'txSecret=5c1c9f4a&txTime=6B0E1A7F',
    user_ip: '203.0.113.7',
    ...facts,
  };
}

/** A push of a session, and its interruption. */
const push = (number: number, streamId: string, at: string, facts = {}) =>
  pushBody({ ...sessionOf(number, streamId, facts), event_time: seconds(at) });
const interruption = (number: number, streamId: string, at: string, facts: Record<string, unknown>) =>
  interruptionBody({ ...sessionOf(number, streamId, facts), event_time: seconds(at) });

const media = (name: string) => `https://media.example.net/${name}.mp4?key=93b1`;

function relay(number: number, event: string, at: string, msg: Record<string, unknown> = {}, facts = {}) {
  const stream = `relay-${'abc'.charAt(number - 1)}`;
  const times = { TaskStart: 'task_start_time', TaskExit: 'task_exit_time' } as Record<string, string>;
  const time = times[event] === undefined ? {} : { [times[event]]: seconds(at) * 1_000 + 250 };
  return relayBody(
    event,
    { ...msg, ...time },
    {
      appid: 12345678,
      task_id: `22007${number}`,
      stream_id: stream,
      source_urls: sourceUrlsAsSent(media(`intro-${number}`), media('evening')),
      to_url: `rtmp://push.example.com/live/${stream}?txSecret=8e4f1a02&txTime=6B0E1A7F`,
      event_time: String(seconds(at)),
      ...facts,
    },
  );
}

const file = (index: number, name: string, duration: number) => ({ index, url: media(name), duration });
const writeFailed = { code: -22, message: 'write packet error.' };
const fieldEnds = interruption(4, 'field-7', '11:39:41', { errcode: 14, errmsg: 'peer reset', push_duration: '95000' });

const callbacks: readonly unknown[] = [
  parseSample('push'),
  parseSample('interruption'),
  push(1, 'studio-a', '11:33:01'),
  push(2, 'studio-a', '11:43:01'),
  interruption(1, 'studio-a', '11:43:03', { errcode: 21, errmsg: 'replaced', push_duration: '602000' }),
  fieldEnds,
  fieldEnds,
  fieldEnds,
  push(5, 'studio-c', '11:33:31'),
  push(5, 'studio-c', '11:33:32', { appid: 87654321 }),
  without(interruption(6, 'studio-b', '11:44:41', { errcode: 1 }), 'sequence'),
  relay(1, 'TaskStart', '10:23:01'),
  relay(1, 'VodSourceFileStart', '10:23:02', file(0, 'intro-1', 300)),
  push(10, 'relay-a', '10:23:03', { user_ip: '198.51.100.20' }),
  relay(1, 'TaskAlarm', '10:27:11', { type: 'PushStreamUnstable' }),
  relay(1, 'TaskExit', '10:28:01', writeFailed),
  interruption(10, 'relay-a', '10:28:01', { errcode: 14, user_ip: '198.51.100.20', push_duration: '298000' }),
  relay(1, 'TaskStart', '11:28:01'),
  relay(1, 'VodSourceFileStart', '11:28:02', file(0, 'intro-1', 300)),
  push(11, 'relay-a', '11:28:03', { user_ip: '198.51.100.20' }),
  relay(1, 'VodSourceFileFinish', '11:33:02', file(0, 'intro-1', 300)),
  relay(1, 'VodSourceFileStart', '11:33:03', file(1, 'evening', 3_600)),
  relay(2, 'TaskStart', '10:58:01'),
  relay(2, 'TaskExit', '11:03:01', writeFailed),
  relay(3, 'TaskStart', '11:08:01'),
  without(relay(3, 'TaskExit', '11:13:01', { code: -5, message: 'no source.' }), 'task_id'),
  parseSample('relay-en-vod-source-file-start'),
  parseSample('relay-en-task-exit'),
];
