import { setImmediate as turn } from 'node:timers/promises';
import { isJsonObject, readObject, readTime } from '../callbacks/json-object.ts';
import type { EventReader, RecordedEvent } from '../log/event-store.ts';
import {
  compareChangePositions,
  lastOrdinal,
  type Change,
  type ChangePosition,
  type Changes,
} from '../projecting/changes.ts';
import { alertEnded, alertStreamOf, type Alert } from './alert-events.ts';
import { alertKinds, type AlertKind } from './alert-kinds.ts';

/** One event: all alerts of one rule that began, or that ended, at one time. */
export interface AlertEvent {
  readonly rule: string;
  readonly when: AlertKind;
  readonly atMs: number;
  readonly alerts: readonly Alert[];
  /**
   * Some of the alerts that began earlier and have not ended, so that the newest events together name all open alerts.
   * Null in events that an earlier version wrote.
   */
  readonly stillOpen: readonly Alert[] | null;
}

/** The data of an event: JSON with its members in a fixed order. */
export function writeAlertEvent({ rule, when, atMs, alerts, stillOpen }: AlertEvent): Buffer {
  const at = new Date(atMs).toISOString();
  const written = { alerts: alerts.map(writeAlert), ...(stillOpen && { stillOpen: stillOpen.map(writeAlert) }) };
  return Buffer.from(JSON.stringify({ rule, when, at, ...written }));
}

function writeAlert({ beganAtMs, id, key, summary, facts }: Alert) {
  return { id, key, beganAt: new Date(beganAtMs).toISOString(), summary, facts };
}

/** Null if the data is not an alert event, or is of a kind that this version does not know. */
export function readAlertEvent(data: Uint8Array): AlertEvent | null {
  const { rule, when, at, alerts, stillOpen } = readObject(data);
  const kind = alertKinds.find((known) => known.when === when)?.when;
  const atMs = readTime(at);
  if (typeof rule !== 'string' || kind === undefined || atMs === null || !Array.isArray(alerts)) return null;
  const read = (all: readonly unknown[]) => all.flatMap((alert) => readAlert(alert));
  const open = Array.isArray(stillOpen) ? read(stillOpen) : null;
  return { rule, when: kind, atMs, alerts: read(alerts), stillOpen: open };
}

function readAlert(value: unknown): Alert[] {
  if (!isJsonObject(value)) return [];
  const { id, key, beganAt, summary, facts } = value;
  const beganAtMs = readTime(beganAt);
  if (typeof id !== 'string' || typeof key !== 'string' || beganAtMs === null) return [];
  return [
    {
      id,
      key,
      beganAtMs,
      summary: typeof summary === 'string' ? summary : '',
      facts: isJsonObject(facts) ? (facts as Alert['facts']) : {},
    },
  ];
}

/** An alert that has begun and has not ended. */
export interface CurrentAlert extends Alert {
  readonly rule: string;
  readonly when: AlertKind;
}

/** An alert that has begun and ended. */
export interface EndedAlert extends CurrentAlert {
  readonly endedAtMs: number;
}

/** Events of a rule that are in memory at once: at most 200 alerts each, so seldom more than 2 MB. */
const chunkEvents = 20n;

/** Bytes of events that are parsed between two turns of the event loop: a few milliseconds of work. */
const bytesPerTurn = 256 * 1024;

/** Milliseconds that a clock may have been set back by: an event may be that much earlier than the one before it in the log. */
const setBackMsMax = 5 * 60_000;

type AlertLog = Pick<EventReader, 'readStream' | 'lastRevision'>;

/** A time, its end exclusive, and how many alerts are asked for. */
interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly alertsMax: number;
}

/**
 * Alerts of these rules that ended in a time, the last one first. The log of each rule is read backwards from the end
 * of the time, until there are enough or the time is over; a binary search skips what came after it. None is left out
 * if a clock was set back by at most `setBackMsMax`.
 */
export async function readEndedAlerts(log: AlertLog, rules: readonly string[], asked: Asked): Promise<EndedAlert[]> {
  const found: EndedAlert[] = [];
  for (const rule of rules) found.push(...(await endedOf(rule, log, asked)));
  return latestOf(found, asked.alertsMax);
}

function latestOf(found: EndedAlert[], alertsMax: number): EndedAlert[] {
  return found.sort((one, other) => other.endedAtMs - one.endedAtMs).slice(0, alertsMax);
}

async function endedOf(rule: string, log: AlertLog, { fromMs, toMs, alertsMax }: Asked): Promise<EndedAlert[]> {
  const stream = alertStreamOf(rule);
  let found: EndedAlert[] = [];
  let oldestMs = fromMs;
  const untilMs = toMs + setBackMsMax;
  let before = await firstNotBefore((recorded) => (eventOf(recorded)?.atMs ?? Infinity) < untilMs, log, stream);
  while (before > 0n) {
    const from = before > chunkEvents ? before - chunkEvents : 0n;
    for (const { type, event } of (await readChunk(log, stream, { from, before })).reverse()) {
      if (event.atMs < oldestMs - setBackMsMax) return found;
      if (type !== alertEnded || event.atMs < oldestMs || event.atMs >= toMs) continue;
      found.push(...event.alerts.map((alert) => ({ ...alert, rule, when: event.when, endedAtMs: event.atMs })));
    }
    found = latestOf(found, alertsMax);
    oldestMs = found[alertsMax - 1]?.endedAtMs ?? fromMs;
    before = from;
    await turn();
  }
  return found;
}

/** The revision of the first event of which `isBefore` does not hold; the one after the newest if it holds of all. */
async function firstNotBefore(
  isBefore: (event: RecordedEvent) => boolean,
  log: AlertLog,
  stream: string,
): Promise<bigint> {
  const end = ((await log.lastRevision(stream)) ?? -1n) + 1n;
  let [low, high] = [0n, end];
  // Usually everything is before it, so the newest event is examined first.
  let middle = end - 1n;
  while (low < high) {
    const event = await firstFrom(middle, log, stream);
    if (event !== null && isBefore(event)) low = middle + 1n;
    else high = middle;
    middle = (low + high) / 2n;
  }
  return low;
}

async function firstFrom(revision: bigint, log: AlertLog, stream: string): Promise<RecordedEvent | null> {
  for await (const recorded of log.readStream(stream, revision, 1)) return recorded;
  return null;
}

/** An alert that began or, if `endedAtMs` is not null, ended. */
export interface AlertChange extends CurrentAlert {
  readonly endedAtMs: number | null;
}

/** The part of the order of change that is asked for. */
export interface AskedChanges {
  readonly after: ChangePosition;
  /** The last position of the log. */
  readonly upTo: bigint;
  readonly changesMax: number;
}

/** The beginnings and ends of alerts of these rules, in the order of the log. */
export async function readAlertChanges(
  log: AlertLog,
  rules: readonly string[],
  asked: AskedChanges,
): Promise<Changes<AlertChange>> {
  const { changesMax, upTo } = asked;
  const found: Change<AlertChange>[] = [];
  for (const rule of rules) found.push(...(await changesOf(rule, log, asked)));
  found.sort((one, other) => compareChangePositions(one.at, other.at));
  const changes = found.slice(0, changesMax);
  const last = changes[changesMax - 1];
  return { changes, to: last?.at ?? { position: upTo, ordinal: lastOrdinal }, isLast: last === undefined };
}

/** The first changes of one rule, `changesMax` or a few more. */
async function changesOf(rule: string, log: AlertLog, { after, upTo, changesMax }: AskedChanges) {
  const stream = alertStreamOf(rule);
  const changes: Change<AlertChange>[] = [];
  const from = await firstNotBefore(({ position }) => position < after.position, log, stream);
  for await (const recorded of log.readStream(stream, from, changesMax)) {
    if (recorded.position > upTo || changes.length >= changesMax) break;
    const { when, atMs, alerts = [] } = eventOf(recorded) ?? {};
    if (when === undefined || atMs === undefined) continue;
    const endedAtMs = recorded.type === alertEnded ? atMs : null;
    const all = alerts.map((alert, ordinal) => ({
      at: { position: recorded.position, ordinal },
      matches: true,
      row: { ...alert, rule, when, endedAtMs },
    }));
    changes.push(...all.filter(({ at }) => compareChangePositions(at, after) > 0));
  }
  return changes;
}

async function readChunk(
  log: AlertLog,
  stream: string,
  { from, before }: { readonly from: bigint; readonly before: bigint },
): Promise<{ readonly type: string; readonly event: AlertEvent }[]> {
  const read: { type: string; event: AlertEvent }[] = [];
  let bytes = 0;
  for await (const recorded of log.readStream(stream, from, Number(before - from))) {
    if (recorded.revision >= before) break;
    const event = eventOf(recorded);
    if (event !== null) read.push({ type: recorded.type, event });
    // Leaves before the next event is pulled: nothing after these is read.
    if (recorded.revision === before - 1n) break;
    bytes += recorded.data.byteLength;
    if (bytes < bytesPerTurn) continue;
    bytes = 0;
    await turn();
  }
  return read;
}

function eventOf(recorded: RecordedEvent): AlertEvent | null {
  return recorded.isDamaged === true ? null : readAlertEvent(recorded.data);
}
