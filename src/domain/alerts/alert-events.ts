import { isJsonObject, readObject, readTime } from '../callback/json-object.ts';
import { alertKinds, type AlertKind } from './alert-kinds.ts';

/** What the log says of alerts: each message that is sent is an event first. The names in it never change. */

/** The type of the event that says which alerts of a rule began. */
export const alertBegan = 'AlertBegan';
/** The same for those that ended. */
export const alertEnded = 'AlertEnded';
/** One of both. */
export type AlertEventType = typeof alertBegan | typeof alertEnded;

/** Something that a rule is about, such as a stream, while it meets the condition of the rule. */
export interface AlertSubject {
  /** The same for the same thing at all times. */
  readonly key: string;
  /** What is the case, in one sentence, without secrets. */
  readonly summary: string;
  /** What it is about: names, codes, counts. Neither secrets nor addresses. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A subject with an alert that has begun. */
export interface Alert extends AlertSubject {
  /** The same at its beginning and its end, and of no other alert. */
  readonly id: string;
  readonly beganAtMs: number;
}

/** One event: all alerts of one rule that began, or that ended, at one time. */
export interface AlertEvent {
  readonly rule: string;
  readonly when: AlertKind;
  readonly atMs: number;
  readonly alerts: readonly Alert[];
  /**
   * Some of those that began before it and have not ended, so that the newest events have all of them. Null in what an earlier
   * version has written.
   */
  readonly stillOpen: readonly Alert[] | null;
}

/** The stream of the events of a rule. */
export function alertStreamOf(rule: string): string {
  return `alert-${rule}`;
}

/** The name of the lease of a target, with EventStoreDB: no target of forwarding has a slash in its name. */
export function alertLeaseOf(target: string): string {
  return `alerts/${target}`;
}

/** Data of an event, as JSON with its members in a fixed order. */
export function writeAlertEvent({ rule, when, atMs, alerts, stillOpen }: AlertEvent): Buffer {
  const at = new Date(atMs).toISOString();
  const written = { alerts: alerts.map(writeAlert), ...(stillOpen && { stillOpen: stillOpen.map(writeAlert) }) };
  return Buffer.from(JSON.stringify({ rule, when, at, ...written }));
}

function writeAlert({ beganAtMs, id, key, summary, facts }: Alert) {
  return { id, key, beganAt: new Date(beganAtMs).toISOString(), summary, facts };
}

/** Null if the data is not ours, or of a kind that this version does not know. */
export function readAlertEvent(data: Uint8Array): AlertEvent | null {
  const { rule, when, at, alerts, stillOpen } = readObject(data);
  const kind = alertKinds.find((known) => known === when);
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
      ...{ id, key, beganAtMs, summary: typeof summary === 'string' ? summary : '' },
      facts: isJsonObject(facts) ? (facts as Alert['facts']) : {},
    },
  ];
}
