import { isJsonObject, readObject, readTime } from '../callbacks/json-object.ts';
import type { FailedForward, ForwardTargetStatus } from '../forwarding/target.ts';

/**
 * What a rule of alerts is about. PUSH_ENDED: a stream whose newest push something other than its client ended.
 * NOT_LIVE: a stream that is not pushed when it should be. FLAPPING: a stream that is pushed again and again.
 * DOMAIN_SILENT: a domain that sends no callbacks. RELAY_EXIT: a relay task that exited with a code. RELAY_ALARM: an
 * alarm of a relay task. MISSING: callbacks that should have arrived. QUARANTINE: quarantined callbacks that wait for a
 * decision. SERVICE: trouble of this service itself. The log and the file of rules use these words, so they never
 * change.
 */
export const alertKinds = [
  'PUSH_ENDED',
  'NOT_LIVE',
  'FLAPPING',
  'DOMAIN_SILENT',
  'RELAY_EXIT',
  'RELAY_ALARM',
  'MISSING',
  'QUARANTINE',
  'SERVICE',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** Trouble of the service itself. The log uses these words, so they never change. */
export const serviceTroubles = ['PROJECTION_STALLED', 'PROJECTION_BEHIND', 'POISONED', 'FORWARDING', 'DISK'] as const;
export type ServiceTrouble = (typeof serviceTroubles)[number];

/** How the log records alerts: each message that is sent is first an event. These names never change. */

/** Type of the event that records which alerts of a rule began. */
export const alertBegan = 'AlertBegan';
/** Type of the event that records which alerts of a rule ended. */
export const alertEnded = 'AlertEnded';
/** The type of any event in the stream of a rule. */
export type AlertEventType = typeof alertBegan | typeof alertEnded;

/** What an alert is about, such as a stream, while it meets the condition of its rule. */
export interface AlertSubject {
  /** Always the same for the same subject. */
  readonly key: string;
  /** What is wrong, in one sentence, without secrets. */
  readonly summary: string;
  /** Names, codes and counts, but neither secrets nor addresses. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A subject whose alert has begun. */
export interface Alert extends AlertSubject {
  /** The same in the event that begins the alert and in the one that ends it; unique to this alert. */
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
   * Some of the alerts that began earlier and have not ended, so that the newest events together name all open alerts.
   * Null in events that an earlier version wrote.
   */
  readonly stillOpen: readonly Alert[] | null;
}

/** The stream that records the alerts of a rule. */
export function alertStreamOf(rule: string): string {
  return `alert-${rule}`;
}

/** The name of a target's progress in EventStoreDB. Names of forwarding targets contain no slash, so the two never collide. */
export function alertLeaseOf(target: string): string {
  return `alerts/${target}`;
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

/** An alert that has begun and has not ended. */
export interface CurrentAlert extends Alert {
  readonly rule: string;
  readonly when: AlertKind;
}

/** An alert that has begun and ended. */
export interface EndedAlert extends CurrentAlert {
  readonly endedAtMs: number;
}

/** Alerts, as operators see them. */
export interface CurrentAlerts {
  /** In the order of the rules, at most `currentAlertsMax`. */
  list(): readonly CurrentAlert[];
  /**
   * Alerts that ended from `fromMs` (inclusive) to `toMs` (exclusive): the newest `alertsMax` of them, the latest end
   * first.
   */
  ended(fromMs: number, toMs: number, alertsMax: number): Promise<readonly EndedAlert[]>;
  /** How many alerts each rule has. */
  counts(): readonly { readonly rule: string; readonly alerts: number }[];
  /** How far each target is, in the order of the settings. */
  targets(): Promise<readonly ForwardTargetStatus[]>;
  /** Messages that a target has not accepted for a day, the newest first, at most `failedListedMax`. */
  setAside(target: string): readonly FailedForward[];
}

/** Alerts listed at most: enough to see what they have in common. */
export const currentAlertsMax = 500;

/** For a node without rules. */
export const noCurrentAlerts: CurrentAlerts = {
  list: () => [],
  ended: () => Promise.resolve([]),
  counts: () => [],
  targets: () => Promise.resolve([]),
  setAside: () => [],
};
