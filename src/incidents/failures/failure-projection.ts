import { groupsOf, readTraits } from './failure.ts';
import type { Habit } from '../episodes.ts';
import type { FailureToPut, IncidentTable, StoredFailure, TimeRange } from '../incident-rows.ts';
import { assumedFailures, fewStreamsMin, habitHours, unseenFailures, windowMs, youngHours } from '../incident-rules.ts';

/** Milliseconds of an hour: failures are counted by the hours of UTC. */
export const hourMs = 3_600_000;

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

/** Writes the failures that have changed, and returns the times that this concerns. */
export function putFailures(table: IncidentTable, failures: ReadonlyMap<string, FailureToPut | null>): TimeRange[] {
  const ranges: TimeRange[] = [];
  const hours = new HourCounts(table);
  let lastAtMs: number | null = null;
  const concern = ({ atMs }: FailureToPut, usual: 'LESS' | 'MORE' | 'SAME') => {
    lastAtMs ??= table.lastFailureAtMs() ?? -Infinity;
    ranges.push({ fromMs: atMs, toMs: atMs });
    // What is usual later changes as well; nearly always, nothing is later.
    if (usual === 'SAME' || hourOf(lastAtMs) <= hourOf(atMs)) return;
    const [from, to] = [hourOf(atMs) + 1, hourOf(atMs) + habitHours];
    // If more is usual, no incident can begin that was none.
    const isMore = usual === 'MORE';
    for (const range of isMore ? incidentTimes(table, from, to) : busyTimes(table, from, to)) ranges.push(range);
  };
  for (const [ref, wanted] of failures) {
    const stored = table.failure(ref);
    if (stored !== null && wanted !== null && isSame(stored, wanted)) {
      if (stored.times !== wanted.times) table.setTimes(stored.ref, wanted.times);
      continue;
    }
    if (stored !== null) {
      table.removeFailure(stored.ref);
      concern(stored, hours.count(stored, -1) ? 'LESS' : 'SAME');
    }
    if (wanted !== null) {
      const isUsualChanged = hours.count(wanted, 1);
      table.addFailure(wanted);
      concern(wanted, isUsualChanged ? 'MORE' : 'SAME');
    }
  }
  hours.put();
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

/** How many streams failed in each hour, as a transaction changes it: a few groups are in nearly all of its failures. */
class HourCounts {
  private readonly changes = new Map<number, Map<string, number>>();
  private readonly groups = new Map<string, readonly string[]>();

  constructor(private readonly table: IncidentTable) {}

  /**
   * Counts a failure that is not stored, or takes it out again. A stream that fails again in an hour counts once in each group. Returns
   * whether a count has changed.
   */
  count(failure: FailureToPut, streams: 1 | -1): boolean {
    const hour = hourOf(failure.atMs);
    const others = this.table.traitsOf(failure.subject, hour * hourMs, (hour + 1) * hourMs);
    if (others.includes(failure.traits)) return false;
    const counted = new Set(others.flatMap((traits) => this.groupsOf(traits)));
    const groups = this.groupsOf(failure.traits).filter((group) => !counted.has(group));
    const changes = this.changes.get(hour) ?? new Map<string, number>();
    this.changes.set(hour, changes);
    for (const group of groups) changes.set(group, (changes.get(group) ?? 0) + streams);
    return groups.length > 0;
  }

  put(): void {
    for (const [hour, changes] of this.changes) {
      for (const [group, streams] of changes) if (streams !== 0) this.table.addToHour(group, hour, streams);
    }
  }

  private groupsOf(traits: string): readonly string[] {
    const groups = this.groups.get(traits) ?? groupsOf(readTraits(traits));
    this.groups.set(traits, groups);
    return groups;
  }
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
export function createHabit(table: IncidentTable, recordFromMs: number): Habit {
  const known = new Map<string, number>();
  const byHours = (group: string, hour: number): number => {
    const hours = Math.min(habitHours, Math.max(1, hour - hourOf(recordFromMs)));
    const { all, same } = table.streamsInHours(group, hour - habitHours, hour);
    const days = Math.floor(hours / 24);
    // Broadcasts that end at the same time every day are a habit; one day makes none.
    const atThisTime = days < 2 ? 0 : same / days;
    return (Math.max((all + assumedFailures) / hours, atThisTime) * windowMs) / hourMs;
  };
  return (group, atMs, earlier) => {
    const hour = hourOf(atMs);
    const key = `${hour} ${group}`;
    const usual = known.get(key) ?? byHours(group, hour);
    known.set(key, usual);
    if (atMs > youngUntil(recordFromMs)) return usual;
    const beforeMs = atMs - windowMs - recordFromMs;
    if (beforeMs < windowMs) return Infinity;
    return Math.max(usual, ((earlier + unseenFailures) * windowMs) / beforeMs);
  };
}

/** Until then all failures are looked at from the first one on. */
export function youngUntil(recordFromMs: number): number {
  return recordFromMs + youngHours * hourMs;
}
