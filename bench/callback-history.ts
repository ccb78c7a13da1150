import { createHash } from 'node:crypto';
import { writeArrival } from '../src/domain/arrival.ts';
import { interpret } from '../src/domain/callback.ts';
import { nameEvent } from '../src/domain/event-naming.ts';
import type { NewEvent } from '../src/event-store/event-store.ts';

/** What a history looks like; everything else of it is drawn from a fixed seed, so that every run has the same. */
export interface HistoryShape {
  readonly events: number;
  /** Part of the events that are relay callbacks. */
  readonly relayShare: number;
}

export interface AppendedArrival {
  readonly streamName: string;
  readonly event: NewEvent;
}

type Body = Readonly<Record<string, unknown>>;

const beginsAtMs = 1_700_000_000_000;
const streamsMin = 10_000;
const eventsPerStream = 20;
/** A tick is a millisecond, in which one callback arrives that is no interruption or redelivery. */
const pushTicksMean = 5_000;
const redeliveredShare = 0.03;
const redeliveredAfterTicks = 60_000;
const takeoverShare = 0.1;
const eventsPerTask = 400;
const filesOfLoop = 20;
const fileSeconds = 10;

/**
 * Arrivals of pushes and interruptions interleaved over many streams, in bodies of about 600 bytes: some sessions taken
 * over, some callbacks redelivered a minute later, and relay tasks that loop through files, where they have a share.
 */
export function* history({ events, relayShare }: HistoryShape): Generator<AppendedArrival> {
  const random = seeded(20_240_229);
  const streams = Math.max(streamsMin, Math.ceil(events / eventsPerStream));
  const live = new Map<number, Session>();
  const due = new Map<number, (() => Body | null)[]>();
  const later = (tick: number, what: () => Body | null) => {
    const already = due.get(tick);
    if (already === undefined) due.set(tick, [what]);
    else already.push(what);
  };
  const nextRelay = relayCallbacks(Math.max(1, Math.round((events * relayShare) / eventsPerTask)), random);

  const nextPush = (tick: number): Body => {
    let stream = Math.floor(random() * streams);
    while (live.has(stream) && random() > takeoverShare) stream = Math.floor(random() * streams);
    const replaced = live.get(stream);
    const session = { stream, sequence: sequenceOf(random), startedTick: tick - Math.floor(random() * 2_000) };
    live.set(stream, session);
    if (replaced !== undefined) later(tick + 200, () => interruption(replaced, tick + 100, 21, random));
    const endTick = tick + Math.ceil(-Math.log(1 - random()) * pushTicksMean);
    later(endTick, () => {
      if (live.get(stream) !== session) return null;
      live.delete(stream);
      return interruption(session, endTick - Math.floor(random() * 2_000), random() < 0.8 ? 1 : 8, random);
    });
    return push(session, random);
  };

  for (let tick = 0, told = 0; told < events; tick += 1) {
    const bodies = (due.get(tick) ?? []).map((what) => what());
    due.delete(tick);
    bodies.push(random() < relayShare ? nextRelay(tick) : nextPush(tick));
    for (const body of bodies) {
      if (body === null || told === events) continue;
      if (random() < redeliveredShare) later(tick + redeliveredAfterTicks, () => stamped(body, tick));
      told += 1;
      yield toArrival(body, tick, random);
    }
  }
}

interface Session {
  readonly stream: number;
  readonly sequence: string;
  readonly startedTick: number;
}

function push(session: Session, random: () => number): Body {
  return stamped({ ...activity(session, random), errcode: 0, errmsg: 'ok', event_type: 1 }, session.startedTick);
}

function interruption(session: Session, endTick: number, errcode: number, random: () => number): Body {
  const more = {
    errcode,
    errmsg: 'The push client actively stopped the push',
    event_type: 0,
    event_time: secondsOf(endTick),
    push_duration: String(Math.max(0, endTick - session.startedTick)),
  };
  return stamped({ ...activity(session, random), ...more }, endTick);
}

function activity({ stream, sequence, startedTick }: Session, random: () => number): Body {
  return {
    app: `push${stream % 20}.live.example.com`,
    appid: 1_250_000_000 + (stream % 5),
    appname: 'live',
    channel_id: `room_${stream}`,
    event_time: secondsOf(startedTick),
    height: 1080,
    idc_id: 38,
    node: `100.121.${stream % 250}.92`,
    sequence,
    set_id: 2,
    stream_id: `room_${stream}`,
    stream_param: `txSecret=${hex(stream)}&txTime=5F3A2B1C&cdn_tx_time=${secondsOf(startedTick)}&txHost=push.live.example.com&client_business_type=0`,
    user_ip: `119.29.${Math.floor(stream / 250) % 250}.${stream % 250}`,
    width: 1920,
    recv_port: 1935 + Math.floor(random() * 2),
  };
}

/** Callbacks of relay tasks, a task chosen at random each time: starts, loops of files, an alarm now and then, restarts. */
function relayCallbacks(tasks: number, random: () => number): (tick: number) => Body {
  const steps = Array.from({ length: tasks }, () => 0);
  return (tick) => {
    const task = Math.floor(random() * tasks);
    const step = steps[task] ?? 0;
    steps[task] = step + 1;
    return relayCallback(task, step, tick, random);
  };
}

function relayCallback(task: number, step: number, tick: number, random: () => number): Body {
  const atMs = beginsAtMs + tick;
  const place = step % 200;
  const play = Math.floor(place / 2) % filesOfLoop;
  const source = `https://vod.example.com/${hex(task)}/playlist.m3u8`;
  const file = { url: `https://vod.example.com/${hex(task)}/${play}.mp4`, index: play, duration: fileSeconds };
  const [callbackEvent, msg] =
    place === 0
      ? ['TaskStart', { task_start_time: atMs }]
      : place === 199
        ? ['TaskExit', { code: -22, message: 'write packet error.', task_exit_time: atMs }]
        : random() < 0.02
          ? ['TaskAlarm', { type: 'PullFileUnstable' }]
          : [place % 2 === 0 ? 'VodSourceFileStart' : 'VodSourceFileFinish', file];
  return {
    appid: 1_250_000_000 + (task % 5),
    callback_event: callbackEvent,
    event_type: 314,
    interface: 'general_callback',
    msg: JSON.stringify(msg),
    product_name: 'pullpush',
    source_urls: `${JSON.stringify([source])}\n`,
    stream_id: `relay_${task}`,
    task_id: String(10_000_000 + task),
    to_url: `rtmp://push${task % 20}.live.example.com/live/relay_${task}?txSecret=${hex(task)}&txTime=5F3A2B1C`,
  };
}

function toArrival(body: Body, tick: number, random: () => number): AppendedArrival {
  const { streamName, eventType } = nameEvent(interpret(body));
  const metadata = { receivedAtMs: beginsAtMs + tick, signature: 'VALID', remoteAddress: '203.0.113.7' } as const;
  return {
    streamName,
    event: {
      eventId: uuid(random),
      type: eventType,
      data: Buffer.from(JSON.stringify(body)),
      metadata: writeArrival(metadata),
    },
  };
}

function stamped(body: Body, tick: number): Body {
  const t = secondsOf(tick) + 600;
  return { ...body, sign: hex(t), t };
}

function secondsOf(tick: number): number {
  return Math.floor((beginsAtMs + tick) / 1000);
}

function hex(value: number): string {
  return createHash('md5').update(String(value)).digest('hex');
}

/** 19 digits, as far from each other as they come. */
function sequenceOf(random: () => number): string {
  return `6${digits(random, 9)}${digits(random, 9)}`;
}

function digits(random: () => number, count: number): string {
  return String(Math.floor(random() * 10 ** count)).padStart(count, '0');
}

function uuid(random: () => number): string {
  const part = (length: number) =>
    Math.floor(random() * 16 ** length)
      .toString(16)
      .padStart(length, '0');
  return `${part(8)}-${part(4)}-4${part(3)}-8${part(3)}-${part(6)}${part(6)}`;
}

/** Mulberry32: numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
