import { readArrival } from '../../domain/callback/arrival.ts';
import { interpret, streamNamedBy } from '../../domain/callback/callback.ts';
import { isOutsideReadModels } from '../../domain/callback/event-naming.ts';
import { parseJsonObject } from '../../domain/callback/json-object.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { fine, toDo, type Finding } from './finding.ts';

/** Newest events that are looked at: a second of work, and some minutes to months of callbacks. */
export const eventsExaminedMax = 20_000;

/** Pairs of domain and type that are listed; more would hide the rest. */
const listedMax = 50;

/** Milliseconds by which CSS sets `t` ahead of its clock. */
const stampAheadMs = 600_000;

/** Milliseconds that our clock may differ before it is worth a look: signed callbacks are quarantined from 5 minutes on. */
const clockDifferenceMsMax = 60_000;

/** Milliseconds of a usual delay from a callback's time to its arrival, as in the alert on late callbacks. */
const delayMsMax = 60_000;

interface Seen {
  readonly domain: string;
  readonly type: string;
  readonly receivedAtMs: number;
  readonly delayMs: number | null;
  /** How far our clock is ahead of that of CSS, by `t`: delivery included. */
  readonly aheadMs: number | null;
}

/** What the newest events say of the callbacks: the last of each domain and type, delays, and the clocks. Newest first. */
export function checkCallbacks(newest: Iterable<RecordedEvent>, nowMs: number): Finding[] {
  const last = new Map<string, Seen>();
  const [delays, clocks]: [number[], number[]] = [[], []];
  let quarantined = 0;
  for (const event of newest) {
    if (event.streamName.startsWith('quarantine-')) quarantined += 1;
    const seen = see(event);
    if (seen === null) continue;
    const key = `${seen.domain} ${seen.type}`;
    if (!last.has(key)) last.set(key, seen);
    if (seen.delayMs !== null) delays.push(seen.delayMs);
    if (seen.aheadMs !== null) clocks.push(seen.aheadMs);
  }
  if (last.size === 0) {
    return [
      toDo(
        'callbacks',
        `none among the newest ${eventsExaminedMax} events`,
        'Set the callback URL in the CSS console, push a stream, and see that the service is reached: docs/getting-started.md.',
      ),
    ];
  }
  const lasts = [...last.values()].slice(0, listedMax).map(({ domain, type, receivedAtMs }) => {
    const at = new Date(receivedAtMs).toISOString();
    return fine('last callback', `${domain}, ${type}: ${at}, ${Math.round((nowMs - receivedAtMs) / 1_000)} s ago`);
  });
  return [...lasts, ...checkDelay(delays), ...checkClock(clocks), ...checkQuarantine(quarantined)];
}

function see({ streamName, data, metadata }: RecordedEvent): Seen | null {
  if (isOutsideReadModels(streamName)) return null;
  const [arrival, parsed] = [readArrival(metadata), parseJsonObject(data)];
  if (arrival === null || !parsed.ok) return null;
  const callback = interpret(parsed.object);
  const { receivedAtMs } = arrival;
  const { occurredAtMs, eventType, callbackEvent } = callback;
  const stamp = Number(parsed.object['t'] ?? NaN);
  return {
    domain: streamNamedBy(callback).domain ?? 'no domain',
    type: `event_type ${eventType ?? 'missing'}${callbackEvent === null ? '' : ` ${callbackEvent}`}`,
    receivedAtMs,
    delayMs: occurredAtMs === null ? null : receivedAtMs - occurredAtMs,
    aheadMs: Number.isFinite(stamp) ? receivedAtMs - (stamp * 1_000 - stampAheadMs) : null,
  };
}

function checkDelay(delays: readonly number[]): Finding[] {
  if (delays.length === 0) return [];
  const [median, slow] = [quantile(delays, 0.5), quantile(delays, 0.95)];
  const found = `from the time in a callback to its arrival: half within ${seconds(median)} s, 95 % within ${seconds(slow)} s`;
  if (median <= delayMsMax) return [fine('delay', found)];
  return [toDo('delay', found, 'See whether CSS gets other answers than 200 and repeats callbacks, and the clock.')];
}

function checkClock(clocks: readonly number[]): Finding[] {
  if (clocks.length === 0) return [];
  const ahead = quantile(clocks, 0.5);
  const found = `our clock is ${seconds(Math.abs(ahead))} s ${ahead < 0 ? 'behind' : 'ahead of'} that of CSS, delivery included`;
  if (Math.abs(ahead) <= clockDifferenceMsMax) return [fine('clock', found)];
  return [toDo('clock', found, 'Run NTP on this machine: from 5 minutes on, signed callbacks are quarantined.')];
}

function checkQuarantine(events: number): Finding[] {
  if (events === 0) return [];
  const found = `${events} of the newest events are in quarantine`;
  return [
    toDo('quarantine', found, 'See why, and release or discard them: docs/operations.md#callbacks-in-quarantine.'),
  ];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
