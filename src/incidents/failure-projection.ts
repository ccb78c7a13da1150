import { groupsOf, readTraits, type FailureToPut, type StoredFailure } from './failure.ts';
import type { Habits } from './episodes.ts';
import type { IncidentTable, TimeRange } from './incident-fields.ts';
import {
  assumedFailures,
  fewStreamsMin,
  habitHours,
  hourMs,
  steadyHours,
  unseenFailures,
  unsteadyHoursMin,
  windowMs,
  youngHours,
} from './incident-rules.ts';

/** From when to when the record goes. What was usual depends on its beginning. */
export function putRecord(table: IncidentTable, arrived: TimeRange | null) {
  const known = table.record();
  const [knownFromMs, knownToMs] = [known.fromMs ?? Infinity, known.toMs ?? -Infinity];
  const record = {
    fromMs: Math.min(knownFromMs, arrived?.fromMs ?? Infinity),
    toMs: Math.max(knownToMs, arrived?.toMs ?? -Infinity),
  };
  if (record.fromMs !== known.fromMs || record.toMs !== known.toMs) {
    if (arrived !== null) table.putRecord(record.fromMs, record.toMs);
  }
  const isEarlier = known.fromMs !== null && hourOf(record.fromMs) < hourOf(known.fromMs);
  const ranges = isEarlier ? busyTimes(table, 0, hourOf(knownFromMs) + habitHours) : [];
  if (known.fromMs !== null && record.fromMs < known.fromMs) ranges.push({ fromMs: 0, toMs: youngUntil(known.fromMs) });
  return { record, ranges };
}

function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs);
}

/** The times of incidents in these hours. */
function incidentTimes(table: IncidentTable, fromHour: number, toHour: number): TimeRange[] {
  const incidents = table.incidentsOverlapping(fromHour * hourMs, (toHour + 1) * hourMs);
  return incidents.map(({ spanFromMs, spanToMs }) => ({ fromMs: spanFromMs, toMs: spanToMs }));
}

/** The times in these hours in which there may be incidents, whatever is usual. */
function busyTimes(table: IncidentTable, fromHour: number, toHour: number): TimeRange[] {
  // The streams of a window are those of at most two hours.
  const hours = table.busyHours(Math.ceil(fewStreamsMin / 2), fromHour, toHour);
  return hours.map((hour) => ({ fromMs: hour * hourMs, toMs: (hour + 1) * hourMs }));
}

/** Writes the failures that have changed, and returns their times. `unstored`: those that the table can't have yet. */
export function putFailures(
  table: IncidentTable,
  failures: ReadonlyMap<string, FailureToPut | null>,
  unstored: ReadonlySet<string>,
): TimeRange[] {
  const ranges: TimeRange[] = [];
  const concern = ({ atMs }: FailureToPut) => ranges.push({ fromMs: atMs, toMs: atMs });
  for (const [ref, wanted] of failures) {
    const stored = unstored.has(ref) ? null : table.failure(ref);
    if (stored !== null && wanted !== null && isSame(stored, wanted)) {
      if (stored.times !== wanted.times) table.setTimes(stored.ref, wanted.times);
      continue;
    }
    if (stored !== null) {
      table.removeFailure(stored.ref);
      concern(stored);
    }
    if (wanted !== null) {
      table.addFailure(wanted);
      concern(wanted);
    }
  }
  const lastHour = hourOf(table.lastFailureAtMs() ?? 0);
  for (const hour of new Set(ranges.map(({ fromMs }) => hourOf(fromMs)))) {
    // Which streams are steady in the hours after it may change, too.
    const toHour = Math.max(hour, Math.min(hour + steadyHours, lastHour));
    for (let changed = hour; changed <= toHour; changed += 1) table.putUncounted(changed);
    if (toHour > hour) ranges.push({ fromMs: (hour + 1) * hourMs, toMs: (toHour + 1) * hourMs });
  }
  return ranges;
}

function isSame(stored: StoredFailure, wanted: FailureToPut): boolean {
  return (
    stored.atMs === wanted.atMs &&
    stored.sinceMs === wanted.sinceMs &&
    stored.subject === wanted.subject &&
    stored.traits === wanted.traits
  );
}

/**
 * Counts the hours in which failures have changed, and returns the times for which something else is usual now. What is usual follows from
 * the hours before, so the last one is not counted yet: each is counted once, and again only after late callbacks.
 */
export function countHours(table: IncidentTable) {
  const ranges: TimeRange[] = [];
  const lastAtMs = table.lastFailureAtMs();
  const hours = table.takeUncounted(lastAtMs === null ? null : hourOf(lastAtMs));
  for (const hour of hours) {
    const change = countHour(table, hour);
    const [from, to] = [hour + 1, hour + habitHours];
    // If only more is usual, no incident can begin that was none.
    if (change === 'LESS') ranges.push(...busyTimes(table, from, to));
    if (change === 'MORE') ranges.push(...incidentTimes(table, from, to));
  }
  return { ranges, hasCounted: hours.length > 0 };
}

/** LESS: of some group, fewer streams than were counted before. */
function countHour(table: IncidentTable, hour: number): 'LESS' | 'MORE' | 'SAME' {
  const failures = table.traitsBetween(hour * hourMs, (hour + 1) * hourMs);
  const counts =
    failures.length === 0 ? new Map<string, number>() : streamsByGroup(failures, unsteadyStreams(table, hour));
  let change: 'LESS' | 'MORE' | 'SAME' = 'SAME';
  for (const [group, counted] of table.streamsInHour(hour)) {
    const streams = counts.get(group) ?? 0;
    if (streams < counted) change = 'LESS';
    if (streams === counted) counts.delete(group);
    else counts.set(group, streams);
  }
  for (const [group, streams] of counts) table.putHour(group, hour, streams);
  return change === 'SAME' && counts.size > 0 ? 'MORE' : change;
}

/** Streams that fail all the time, by the hours before this one. */
function unsteadyStreams(table: IncidentTable, hour: number): ReadonlySet<string> {
  return new Set(table.streamsFailingIn(unsteadyHoursMin, (hour - steadyHours) * hourMs, hour * hourMs));
}

/** How many streams failed in each group. A stream that failed several times counts once in each. */
function streamsByGroup(
  failures: readonly (readonly [subject: string, traits: string])[],
  unsteady: ReadonlySet<string>,
): Map<string, number> {
  const groupsOfTraits = new Map<string, readonly string[]>();
  const counts = new Map<string, number>();
  let last: string | null = null;
  const counted = new Set<string>();
  for (const [subject, traits] of failures) {
    if (subject !== last) counted.clear();
    last = subject;
    const isSteady = !unsteady.has(subject);
    const key = `${isSteady} ${traits}`;
    const groups = groupsOfTraits.get(key) ?? groupsOf(readTraits(traits), isSteady);
    groupsOfTraits.set(key, groups);
    for (const group of groups) {
      if (counted.has(group)) continue;
      counted.add(group);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
  return counts;
}

/** Ranges without those that others include, or nearly. */
export function joined(ranges: readonly TimeRange[]): TimeRange[] {
  const all: TimeRange[] = [];
  for (const range of ranges.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = all.at(-1);
    if (last !== undefined && range.fromMs <= last.toMs + hourMs) last.toMs = Math.max(last.toMs, range.toMs);
    else all.push({ ...range });
  }
  return all;
}

/**
 * The habit of a group by the hours before, at least one of which the record has, and in a young record by its failures so far. In the first
 * two windows nothing is unusual.
 */
export function createHabits(table: IncidentTable, recordFromMs: number) {
  const known = new Map<string, number>();
  const unsteady = new Map<number, ReadonlySet<string>>();
  const byHours = (group: string, hour: number): number => {
    const hours = Math.min(habitHours, Math.max(1, hour - hourOf(recordFromMs)));
    const days = Math.floor(hours / 24);
    // An hour for each day is left out: a fault of yesterday is no habit, and would hide those of a week.
    const { all, same } = table.streamsInHours({ group, fromHour: hour - habitHours, lastHour: hour, leftOut: days });
    // Broadcasts that end at the same time every day are a habit; one day makes none.
    const atThisTime = days < 2 ? 0 : same / (days - 1);
    return (Math.max((all + assumedFailures) / (hours - days), atThisTime) * windowMs) / hourMs;
  };
  const usual: Habits['usual'] = (group, atMs, earlier) => {
    const hour = hourOf(atMs);
    const key = `${hour} ${group}`;
    const byHabit = known.get(key) ?? byHours(group, hour);
    known.set(key, byHabit);
    if (atMs > youngUntil(recordFromMs)) return byHabit;
    const beforeMs = atMs - windowMs - recordFromMs;
    if (beforeMs < windowMs) return Infinity;
    return Math.max(byHabit, ((earlier + unseenFailures) * windowMs) / beforeMs);
  };
  const isSteady: Habits['isSteady'] = (subject, atMs) => {
    const hour = hourOf(atMs);
    const streams = unsteady.get(hour) ?? unsteadyStreams(table, hour);
    unsteady.set(hour, streams);
    return !streams.has(subject);
  };
  return { usual, isSteady, recordFromMs };
}

/** Until then all failures are looked at from the first one on. */
export function youngUntil(recordFromMs: number): number {
  return recordFromMs + youngHours * hourMs;
}
