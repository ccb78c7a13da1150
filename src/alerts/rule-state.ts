import { alertBegan, type Alert, type AlertSubject } from './alert-events.ts';
import type { AlertEvent } from './recorded-alerts.ts';
import { derivedUuid } from '../kernel/encoding.ts';
import type { Findings } from './kinds/findings.ts';
import { moveToPast } from '../kernel/clock.ts';
import { createScheduleCheck, type RuleBasics } from './alert-rule.ts';

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
export interface RuleStep {
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
