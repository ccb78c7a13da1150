import type { TestArrival } from './ledger.ts';
import { createNumbers } from './list-rows.ts';

/** A push of made-up traffic, in seconds since 1970. */
export interface TrafficPush {
  readonly stream: number;
  readonly from: number;
  /** Null: it goes on. */
  readonly to: number | null;
  readonly code: number;
  readonly domain?: string;
  readonly accessPoint?: string;
}

const beginsAtSeconds = 1_763_000_000;

/** The second of the made-up traffic at which everything begins. */
export const trafficBegins = Math.ceil(beginsAtSeconds / 3_600) * 3_600;

/** Access points of three providers, each a network of its own. */
export function accessPointOf(stream: number): string {
  return `198.51.${100 + (stream % 3)}.${1 + (stream % 7)}`;
}

/** The callbacks of pushes, each as it arrives: half a second to two seconds later. */
export function arrivalsOf(pushes: readonly TrafficPush[]): TestArrival[] {
  return pushes.flatMap((push, index) => {
    const { stream, from, to, code, domain = 'push.example.com', accessPoint = accessPointOf(stream) } = push;
    const names = {
      appid: 1250000000,
      app: domain,
      appname: 'live',
      stream_id: `stream-${stream}`,
      channel_id: `stream-${stream}`,
      sequence: String(7_000_000_000_000_000_000n + BigInt(index)),
      node: accessPoint,
      user_ip: '203.0.113.7',
    };
    const at = (second: number) => second * 1_000 + 500 + ((index * 7_919) % 1_500);
    const began = { ...names, event_type: 1, event_time: from, errcode: 0, errmsg: 'ok' };
    if (to === null) return [{ body: began, receivedAtMs: at(from) }];
    const ended = { ...names, event_type: 0, event_time: to, errcode: code, errmsg: '' };
    return [
      { body: began, receivedAtMs: at(from) },
      { body: { ...ended, push_duration: String((to - from) * 1_000) }, receivedAtMs: at(to) },
    ];
  });
}

/** Codes of ordinary endings, most of them as wanted. */
const ordinaryCodes = [1, 1, 1, 1, 2, 3, 4, 35, 21, 8, 12, 15, 14, 20, 0];

/**
 * Ordinary traffic of this many streams for so many hours: each pushes some hours, ends, mostly as wanted, and pushes again after a minute or
 * an hour. Every tenth stream has a bad uplink: it fails and reconnects every half hour. All of it by chance alone, without a common cause.
 */
export function ordinaryPushes(streams: number, hours: number, seed: number): TrafficPush[] {
  const numbers = createNumbers(seed);
  const ends = trafficBegins + hours * 3_600;
  return Array.from({ length: streams }, (_, stream) => {
    const pushes: TrafficPush[] = [];
    const isUnsteady = stream % 10 === 9;
    for (let from = trafficBegins + numbers(3_600); from < ends;) {
      const length = isUnsteady ? 60 + numbers(3_600) : 600 + numbers(6 * 3_600);
      const to = from + length;
      const code = isUnsteady ? 12 + numbers(6) : (ordinaryCodes[numbers(ordinaryCodes.length)] ?? 1);
      pushes.push({ stream, from, to: to < ends ? to : null, code });
      from = to + (numbers(4) === 0 ? 5 + numbers(60) : 60 + numbers(3_600));
    }
    return pushes;
  }).flat();
}

/** In the order of their arrival. */
export function inOrder(arrivals: readonly TestArrival[]): TestArrival[] {
  return arrivals.toSorted((one, other) => one.receivedAtMs - other.receivedAtMs);
}

/** A fault that ends pushes within 50 seconds. */
export interface TrafficFault {
  /** In seconds since 1970. */
  readonly at: number;
  readonly codes: readonly number[];
  readonly isTaken: (push: TrafficPush) => boolean;
  readonly streamsMax: number;
  /** Seconds until most of the streams are back. */
  readonly backAfter: number;
}

/** The traffic with a fault: pushes that it takes end earlier, and most of their streams push again. */
export function withFault(pushes: readonly TrafficPush[], fault: TrafficFault): TrafficPush[] {
  let taken = 0;
  return pushes.flatMap((push): TrafficPush[] => {
    const isLive = push.from < fault.at && (push.to ?? Infinity) > fault.at + 120;
    if (!isLive || taken >= fault.streamsMax || !fault.isTaken(push)) return [push];
    taken += 1;
    const to = fault.at + ((taken * 17) % 50);
    const ended = { ...push, to, code: fault.codes[taken % fault.codes.length] ?? 5 };
    const back = to + fault.backAfter + (taken % 60);
    if (taken % 4 === 0 || back >= (push.to ?? Infinity)) return [ended];
    return [ended, { ...push, from: back }];
  });
}

/** Faults of several kinds, one every nine hours or so, from the second day on. */
export function faultsOf(hours: number, seed: number): TrafficFault[] {
  const numbers = createNumbers(seed + 1);
  const faults: TrafficFault[] = [];
  for (
    let at = trafficBegins + 26 * 3_600;
    at < trafficBegins + (hours - 2) * 3_600;
    at += 7 * 3_600 + numbers(4 * 3_600)
  ) {
    const provider = numbers(3);
    const isOfProvider = ({ stream }: TrafficPush) => stream % 3 === provider;
    const sizes = [5, 6, 8, 12, 30, 100, 300];
    const streamsMax = sizes[numbers(sizes.length)] ?? 5;
    const kinds = [
      { codes: [5], isTaken: () => true },
      { codes: [9, 11, 5], isTaken: () => true },
      { codes: [12, 14, 15], isTaken: isOfProvider },
    ];
    const kind = kinds[numbers(kinds.length)] ?? { codes: [5], isTaken: () => true };
    faults.push({ at, ...kind, streamsMax, backAfter: 30 + numbers(600) });
  }
  return faults;
}
