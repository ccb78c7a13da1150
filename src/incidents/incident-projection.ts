import { shownTimeOf, type RelayRun } from '../relay/relay-runs.ts';
import type { RefusedPushRow } from '../sessions/refused/refused-push-fields.ts';
import type { StoredSessionView } from '../sessions/stream-session-fields.ts';
import { failureOfAttempt, failureOfRun, failureOfSession, hasFailed, renamed, runRef, sessionRef } from './failing.ts';
import { countHours, createHabits, joined, putFailures, putRecord, youngUntil } from './failure-projection.ts';
import { decide, putReturns, type NextIncidentChange } from './incident-decision-projection.ts';
import type { Habits } from './episodes.ts';
import type { IncidentTable, TimeRange } from './incident-fields.ts';
import type { FailureToPut } from './failure.ts';
import { habitHours, hourMs, returnMsMax, windowMs } from './incident-rules.ts';

interface RunOfTask {
  readonly taskRow: number;
  /** Null: there is no such run any more. */
  readonly run: RelayRun | null;
}

/**
 * Incidents follow from failures and returns alone. What a transaction changes of these is collected, and written at its end with the times
 * that have to be decided on. `decide` reads the failures around these times again, with the whole of the incidents that they belong to, and
 * gives the same incidents however often it is called, and whenever.
 */
export class IncidentProjection {
  /** By `ref`; null: it is no failure, or no more. */
  private readonly failures = new Map<string, FailureToPut | null>();
  /** Those that the table can't have yet. */
  private readonly unstored = new Set<string>();
  private readonly runs = new Map<string, RunOfTask>();
  private readonly renamedTasks = new Set<number>();
  private readonly returned = new Set<string>();
  private readonly tasksReturned = new Set<number>();
  private arrived: TimeRange | null = null;
  private lastTakenAtMs: number | null | undefined;
  /** They follow from the beginning of the record and the hours that are counted alone. */
  private habits: (Habits & { readonly recordFromMs: number }) | null = null;

  constructor(private readonly table: IncidentTable) {}

  /** `before`: as it was stored; null: it is new. */
  sessionWritten(row: StoredSessionView, before: StoredSessionView | null): void {
    const failure = failureOfSession(row);
    const hadFailed = before !== null && hasFailed(before);
    if (failure !== null || hadFailed) {
      const ref = failure?.ref ?? sessionRef(row.id);
      if (!hadFailed && !this.failures.has(ref)) this.unstored.add(ref);
      this.failures.set(ref, failure);
    }
    const [key, keyBefore] = [row.view.orderKey, before?.view.orderKey];
    if (key !== null && this.isAwaited(key.orderedAtMs)) this.returned.add(key.streamKey);
    if (keyBefore != null && this.isAwaited(keyBefore.orderedAtMs)) this.returned.add(keyBefore.streamKey);
  }

  /** `row`: null if the refused push is removed. */
  attemptWritten(row: RefusedPushRow | null, before: RefusedPushRow | null): void {
    if (before !== null) this.addAttempts(failureOfAttempt(before), -1);
    if (row !== null) this.addAttempts(failureOfAttempt(row), 1);
  }

  runWritten(taskRow: number, run: RelayRun): void {
    this.runs.set(runRef(taskRow, run), { taskRow, run });
    if (run.openedBy !== 'EXIT' && this.isAwaited(shownTimeOf(run.opened))) this.tasksReturned.add(taskRow);
  }

  runRemoved(taskRow: number, run: RelayRun): void {
    this.runs.set(runRef(taskRow, run), { taskRow, run: null });
    this.tasksReturned.add(taskRow);
  }

  /** The task has another source or target. */
  taskRenamed(taskRow: number): void {
    this.renamedTasks.add(taskRow);
  }

  noteArrival(receivedAtMs: number, occurredAtMs: number | null): void {
    const { arrived } = this;
    // The record may begin with callbacks that waited elsewhere; a wrong time must not make it begin long ago.
    const fromMs = Math.max(occurredAtMs ?? receivedAtMs, receivedAtMs - habitHours * hourMs);
    if (arrived === null) this.arrived = { fromMs, toMs: receivedAtMs };
    else {
      arrived.fromMs = Math.min(arrived.fromMs, fromMs);
      arrived.toMs = Math.max(arrived.toMs, receivedAtMs);
    }
  }

  /** Writes what was collected, once everything else of the transaction is written. */
  flush(): void {
    const { table } = this;
    this.putRuns();
    const { ranges, record } = putRecord(table, this.arrived);
    for (const range of putFailures(table, this.failures, this.unstored)) ranges.push(range);
    for (const subject of this.returned) for (const range of putReturns(table, subject)) ranges.push(range);
    // A return that need not be waited for any more is news, too.
    for (const { lastFailedAtMs } of table.incidentsAwaitedUntil(record.toMs)) {
      ranges.push({ fromMs: lastFailedAtMs, toMs: lastFailedAtMs });
    }
    for (const { fromMs, toMs } of joined(ranges)) {
      table.putUndecided({ fromMs: fromMs - (fromMs % windowMs), toMs });
    }
  }

  /** Whether there is anything to decide on. */
  isUndecided(): boolean {
    return this.table.hasUndecided();
  }

  /** Decides on everything that is undecided, in a transaction of its own. */
  decide(nextChange: NextIncidentChange): void {
    const { table } = this;
    const { fromMs, toMs } = table.record();
    const counted = countHours(table);
    const ranges = [...table.undecided(), ...counted.ranges];
    if (fromMs !== null && toMs !== null) {
      if (counted.hasCounted || this.habits?.recordFromMs !== fromMs) this.habits = createHabits(table, fromMs);
      const deciding = { habits: this.habits, youngUntilMs: youngUntil(fromMs), knownToMs: toMs, nextChange };
      for (const range of joined(ranges)) decide(table, range, deciding);
    }
    table.clearUndecided();
  }

  /** Forgets what was collected, decided on or not. */
  forget(): void {
    const { failures, unstored, runs, renamedTasks, returned, tasksReturned } = this;
    for (const collected of [failures, unstored, runs, renamedTasks, returned, tasksReturned]) collected.clear();
    this.arrived = null;
    this.lastTakenAtMs = undefined;
  }

  /** Whether a push or a run that began at this moment may be a return that an incident waits for. */
  private isAwaited(beganAtMs: number): boolean {
    if (this.lastTakenAtMs === undefined) this.lastTakenAtMs = this.table.lastTakenAtMs();
    return this.lastTakenAtMs !== null && beganAtMs <= this.lastTakenAtMs + returnMsMax;
  }

  private addAttempts(failure: FailureToPut, times: 1 | -1): void {
    const { failures, table } = this;
    const before = failures.has(failure.ref) ? failures.get(failure.ref) : table.failure(failure.ref);
    const sum = (before?.times ?? 0) + times;
    failures.set(failure.ref, sum > 0 ? { ...failure, times: sum } : null);
  }

  private putRuns(): void {
    const { failures, runs, table } = this;
    for (const taskRow of this.renamedTasks) {
      const task = table.task(taskRow);
      for (const failure of table.failuresOfTask(taskRow)) {
        if (!runs.has(failure.ref)) failures.set(failure.ref, renamed(failure, task));
      }
    }
    for (const [ref, { taskRow, run }] of runs) {
      failures.set(ref, run === null ? null : failureOfRun(() => table.task(taskRow), run));
    }
    for (const taskRow of this.tasksReturned) {
      const subject = table.subjectOfTask(taskRow);
      if (subject !== null) this.returned.add(subject);
    }
  }
}
