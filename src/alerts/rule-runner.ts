import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { WrongExpectedRevision, type EventReader, type EventStore } from '../log/event-store.ts';
import {
  alertBegan,
  alertEnded,
  alertStreamOf,
  type Alert,
  type AlertEventType,
  type AlertSubject,
} from './alert-events.ts';
import { writeIncidentId } from '../incidents/incident-fields.ts';
import type { AlertKind, AlertRule } from './alert-kinds.ts';
import type { FindSubjects, Sources, Findings } from './kinds/findings.ts';
import { readAlertEvent, writeAlertEvent, type AlertEvent } from './recorded-alerts.ts';
import { derivedUuid } from '../kernel/encoding.ts';
import { moveToPast } from '../kernel/clock.ts';
import { createScheduleCheck, type RuleBasics } from './alert-rule.ts';

/** Events and alerts that are read from the log between two turns of the event loop: about a millisecond. */
const readPerTurn = 256;

/** Evaluates one rule, and records what begins and ends. */
export interface RuleRunner {
  readonly rule: AlertRule;
  /** Alerts that have begun and not ended, according to the log. */
  readonly open: () => Iterable<Alert>;
  /**
   * Resolves once every beginning and end is durable. Aborting the signal ends reading the log; then nothing is
   * evaluated.
   * @throws Error - of the read models or the log; what was not recorded is found again the next time
   */
  run(nowMs: number, signal: AbortSignal): Promise<void>;
}

/** What rules are evaluated with. */
export interface RuleRunnerParts {
  readonly append: EventStore['append'];
  /** Null while there is none. It may get appended events a little later. */
  readonly log: () => Pick<EventReader, 'readStream' | 'lastRevision'> | null;
  /** Whether this node may record beginnings and ends; otherwise it only reads what another one has recorded. */
  readonly isOurs: () => boolean;
  /** Whether the read models have everything recorded so far, and everything up to this position. */
  readonly isCurrent: (position: bigint) => Promise<boolean>;
  readonly sources: Sources;
}

/**
 * Knows nothing before its first run, which reads the newest events of the rule. Its appends expect the revision that
 * it has read: if another node was first, nothing is recorded.
 */
export function createRuleRunner(rule: AlertRule, parts: RuleRunnerParts): RuleRunner {
  const { append, isOurs, isCurrent, sources } = parts;
  const stream = alertStreamOf(rule.name);
  let state = new RuleState(rule);
  /** The newest event that the state has; null: none. */
  let newest: { readonly revision: bigint; readonly position: bigint } | null = null;
  let wasRead = false;
  /** Where reading begins. */
  let from: bigint | null = null;
  /** Null while another node evaluates: earlier results are of no use then. */
  let find: FindSubjects | null = null;

  return {
    rule,
    open: () => (wasRead ? state.open.values() : []),
    async run(nowMs, signal) {
      const log = parts.log();
      if (log === null) return;
      await readOn(log, signal);
      if (signal.aborted) return;
      if (!isOurs()) {
        find = null;
        state.forgetDelays();
        return;
      }
      // The read models must have what the last message follows from: otherwise it would be sent again, or taken back.
      if (rule.when !== 'SERVICE' && !(await isCurrent(newest?.position ?? 0n))) return;
      find ??= rule.openFind(sources);
      const events = eventsOf(state.step(await find(nowMs), nowMs), nowMs);
      if (events.length === 0 || !isOurs()) return;
      try {
        newest = await append(stream, events.map(newEventOf), newest?.revision ?? 'none');
      } catch (error) {
        // The log has an event that is not read yet: from another node, or from an append whose answer was lost.
        if (error instanceof WrongExpectedRevision) return;
        throw error;
      }
      for (const { type, event } of events) state.apply(type, event);
    },
  };

  function eventsOf({ began, ended, stillOpen }: RuleStep, atMs: number) {
    const explained = began.map((alert) => withIncident(rule.when, alert, sources.readModel));
    return [[alertEnded, ended] as const, [alertBegan, explained] as const].flatMap(([type, alerts]) => {
      const event: AlertEvent = { rule: rule.name, when: rule.when, atMs, alerts, stillOpen };
      return alerts.length === 0 ? [] : [{ type, event }];
    });
  }

  /** Applies the events after those already read: how long conditions have been met is kept. */
  async function readOn(log: NonNullable<ReturnType<typeof parts.log>>, signal: AbortSignal): Promise<void> {
    from ??= firstOfNewest(await log.lastRevision(stream));
    let read = 0;
    for await (const recorded of log.readStream(stream, newest === null ? from : newest.revision + 1n)) {
      const event = recorded.isDamaged === true ? null : readAlertEvent(recorded.data);
      if (!wasRead && from > 0n && !event?.stillOpen) {
        // Damaged, or of an earlier version: only the whole stream shows what was open before it.
        [from, newest, state] = [0n, null, new RuleState(rule)];
        return readOn(log, signal);
      }
      if (event !== null) state.apply(recorded.type, event);
      newest = recorded;
      read += 1 + (event?.alerts.length ?? 0);
      if (read < readPerTurn) continue;
      read = 0;
      await turn();
      if (signal.aborted) return;
    }
    wasRead = true;
  }
}

/** Kinds that are about a stream, which an incident may have taken. */
const kindsOfStreams: readonly AlertKind[] = ['PUSH_ENDED', 'NOT_LIVE', 'FLAPPING', 'REFUSED', 'RELAY_EXIT'];

/** The alert with the incident that explains it, if there is one. */
function withIncident(when: AlertKind, alert: Alert, readModel: Sources['readModel']): Alert {
  if (!kindsOfStreams.includes(when)) return alert;
  const { appId, domain, path, streamId } = alert.facts;
  if (appId === undefined || domain === undefined || path === undefined || streamId === undefined) return alert;
  const row = readModel.incidentOfStream(String(appId), String(domain), String(path), String(streamId));
  if (row === null || row.state === 'OVER') return alert;
  return { ...alert, facts: { ...alert.facts, incident: writeIncidentId(row.number) } };
}

function firstOfNewest(last: bigint | null): bigint {
  const first = (last ?? 0n) - BigInt(newestEventsMax - 1);
  return first > 0n ? first : 0n;
}

function newEventOf({ type, event }: { readonly type: AlertEventType; readonly event: AlertEvent }) {
  return { eventId: randomUUID(), type, data: writeAlertEvent(event), metadata: Buffer.from('{}') };
}

/** Alerts of a rule at once. Further alerts begin once others have ended. */
const openMax = 1_000;

/** Alerts in one event: about 100 KB of the log. The others are in the next one. */
export const alertsPerEventMax = 200;

/** Alerts that each event repeats as still open, in turn: about 10 KB of the log. */
const stillOpenPerEvent = 20;

/**
 * This many of the newest events have every alert that is open: each step repeats `stillOpenPerEvent` others as open,
 * and has at most two events.
 */
export const newestEventsMax = (2 * openMax) / stillOpenPerEvent;

/** What must be recorded of a rule now; empty lists if there is nothing. */
interface RuleStep {
  readonly began: readonly Alert[];
  readonly ended: readonly Alert[];
  /** The alerts that the events of this step repeat as still open: those repeated longest ago. */
  readonly stillOpen: readonly Alert[];
}

/**
 * Which alerts of one rule are open. An alert begins once its subject has met the condition for `forSeconds`, and ends
 * once it has not for `quietSeconds`. The log says what has begun and ended. How long a condition has been met is not
 * in the log: after a restart that is counted anew.
 */
export class RuleState {
  /** In the order in which events last had them. */
  readonly open = new Map<string, Alert>();
  private readonly metSinceMs = new Map<string, number>();
  private readonly gone = new Map<string, number>();
  private lastBeganAtMs = -Infinity;
  private lastEndedAtMs = -Infinity;

  private readonly isQuiet: (atMs: number) => boolean;

  constructor(private readonly rule: RuleBasics) {
    this.isQuiet = rule.quietHours === undefined ? () => false : createScheduleCheck(rule.quietHours);
  }

  /** Folds an event of the log. */
  apply(type: string, { atMs, alerts, stillOpen }: Pick<AlertEvent, 'atMs' | 'alerts' | 'stillOpen'>): void {
    const hasBegun = type === alertBegan;
    if (hasBegun) this.lastBeganAtMs = atMs;
    else this.lastEndedAtMs = atMs;
    for (const alert of stillOpen ?? []) {
      this.open.delete(alert.key);
      this.open.set(alert.key, alert);
    }
    for (const alert of alerts) {
      if (hasBegun) this.open.set(alert.key, alert);
      else this.open.delete(alert.key);
      this.metSinceMs.delete(alert.key);
      this.gone.delete(alert.key);
    }
  }

  /** Counts anew how long conditions have been met, or not. */
  forgetDelays(): void {
    this.metSinceMs.clear();
    this.gone.clear();
  }

  /** The step that follows from the findings. Nothing has begun or ended before it is recorded, and applied. */
  step(findings: Findings, nowMs: number): RuleStep {
    const current = new Map(findings.current.map((subject) => [subject.key, subject]));
    this.note(current, findings, nowMs);
    const [began, ended] = [this.beginning(current, nowMs), this.ending(findings, nowMs)];
    const endedKeys = new Set(ended.map(({ key }) => key));
    const stillOpen = [...this.open.values()].filter(({ key }) => !endedKeys.has(key)).slice(0, stillOpenPerEvent);
    return { began, ended, stillOpen };
  }

  private note(current: ReadonlyMap<string, AlertSubject>, { isUnknown }: Findings, nowMs: number): void {
    for (const delays of [this.metSinceMs, this.gone]) moveToPast(delays, nowMs);
    for (const key of current.keys()) {
      if (this.open.has(key)) this.gone.delete(key);
      else if (!this.metSinceMs.has(key)) this.metSinceMs.set(key, nowMs);
    }
    for (const key of this.metSinceMs.keys()) {
      if (!current.has(key) && !isUnknown(key)) this.metSinceMs.delete(key);
    }
    for (const key of this.open.keys()) {
      if (!current.has(key) && !isUnknown(key) && !this.gone.has(key)) this.gone.set(key, nowMs);
    }
  }

  private beginning(current: ReadonlyMap<string, AlertSubject>, nowMs: number): Alert[] {
    const { name, forSeconds, groupSeconds, subjectsLeast } = this.rule;
    if (isWithin(groupSeconds, this.lastBeganAtMs, nowMs) || this.isQuiet(nowMs)) return [];
    const due = [...current.values()].filter(({ key }) => {
      const sinceMs = this.metSinceMs.get(key);
      return sinceMs !== undefined && nowMs - sinceMs >= forSeconds * 1_000;
    });
    if (due.length + this.open.size - this.gone.size < subjectsLeast) return [];
    return due
      .slice(0, Math.max(0, Math.min(alertsPerEventMax, openMax - this.open.size)))
      .map((subject) => ({ ...subject, id: derivedUuid(`alert ${name} ${subject.key} ${nowMs}`), beganAtMs: nowMs }));
  }

  private ending({ isUnknown, summaryAtEnd }: Findings, nowMs: number): Alert[] {
    const { quietSeconds, groupSeconds } = this.rule;
    if (isWithin(groupSeconds, this.lastEndedAtMs, nowMs)) return [];
    // A condition that was over may be met again if its state is not known.
    const due = [...this.gone].filter(([key, sinceMs]) => nowMs - sinceMs >= quietSeconds * 1_000 && !isUnknown(key));
    const ended = due.slice(0, alertsPerEventMax).flatMap(([key]) => this.open.get(key) ?? []);
    return summaryAtEnd === undefined ? ended : ended.map((alert) => ({ ...alert, summary: summaryAtEnd(alert) }));
  }
}

/** A clock that was set back must not keep a rule silent until it has caught up. */
function isWithin(seconds: number, lastAtMs: number, nowMs: number): boolean {
  return nowMs >= lastAtMs && nowMs - lastAtMs < seconds * 1_000;
}
