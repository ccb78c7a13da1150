import type { ChangePosition } from '../projecting/changes.ts';
import { pathOf, type DecidedFailure, type FailureToPut } from './failure.ts';
import type { Habits } from './episodes.ts';
import { compareFailures, incidentsOf, type FoundIncident, progressOf, type IncidentProgress } from './incident.ts';
import { numbersMax, firstNumberOf, type IncidentRow, type IncidentTable, type TimeRange } from './incident-fields.ts';
import { failuresMax, failuresMin, returnMsMax, windowMs } from './incident-rules.ts';

/** Position of the next change of an incident in a transaction. */
export type NextIncidentChange = () => ChangePosition;

/** What decisions of a transaction have in common. */
interface Deciding {
  readonly habits: Habits;
  /** Until then, what failed earlier counts from the beginning of the record. */
  readonly youngUntilMs: number;
  readonly knownToMs: number;
  readonly nextChange: NextIncidentChange;
}

/** Decides again on the incidents of a time: reads so much around it that nothing beyond can matter. */
export function decide(table: IncidentTable, changed: TimeRange, deciding: Deciding): void {
  const isYoung = changed.fromMs - 2 * windowMs <= deciding.youngUntilMs;
  const fromMs = isYoung ? 0 : changed.fromMs - 2 * windowMs;
  let range = withIncidents(table, { fromMs, toMs: changed.toMs + windowMs });
  for (;;) {
    const decided = readIncidents(table, range, deciding.habits);
    const lastMs = Math.max(...decided.found.map(({ spanToMs }) => spanToMs));
    const isWhole = lastMs + windowMs <= range.toMs || (table.lastFailureAtMs() ?? 0) <= range.toMs;
    if (decided.found.length === 0 || isWhole) return putIncidents(table, range, { ...decided, ...deciding });
    range = withIncidents(table, { fromMs: range.fromMs, toMs: lastMs + 2 * windowMs });
  }
}

interface Found {
  readonly found: readonly FoundIncident[];
  readonly read: readonly DecidedFailure[];
}

/** The incidents of a time, as few parts of which as possible are looked at on their own. */
function readIncidents(table: IncidentTable, { fromMs, toMs }: TimeRange, habits: Habits): Found {
  const found: FoundIncident[] = [];
  const read: DecidedFailure[] = [];
  for (let partFromMs = fromMs; ;) {
    const failures = table.failuresBetween(partFromMs, toMs, failuresMax + 1);
    const lastMs = failures.at(-1)?.atMs ?? toMs;
    // A part ends between two moments.
    const isLast = failures.length <= failuresMax || failures[0]?.atMs === lastMs;
    const part = isLast ? failures : failures.filter(({ atMs }) => atMs < lastMs);
    for (const failure of part.sort(compareFailures)) read.push(failure);
    if (part.length >= failuresMin) for (const incident of incidentsOf(part, habits)) found.push(incident);
    if (isLast) return { found, read };
    partFromMs = lastMs;
  }
}

/** The range with all incidents that reach into it, or nearly. */
function withIncidents(table: IncidentTable, { fromMs, toMs }: TimeRange): TimeRange {
  const range = { fromMs, toMs };
  for (let hasGrown = true; hasGrown;) {
    hasGrown = false;
    for (const { spanFromMs, spanToMs } of table.incidentsOverlapping(range.fromMs - windowMs, range.toMs + windowMs)) {
      if (spanFromMs - windowMs < range.fromMs) [range.fromMs, hasGrown] = [spanFromMs - windowMs, true];
      if (spanToMs + windowMs > range.toMs) [range.toMs, hasGrown] = [spanToMs + windowMs, true];
    }
  }
  return range;
}

/** Writes the incidents of a time instead of those that were known. */
function putIncidents(table: IncidentTable, range: TimeRange, decided: Found & Deciding): void {
  const { found, read, knownToMs, nextChange } = decided;
  const before = new Map(table.incidentsOverlapping(range.fromMs, range.toMs).map((row) => [row.number, row]));
  if (found.length === 0 && before.size === 0) return;
  for (const number of before.keys()) table.removeIncident(number);
  const numbers = numbered(table, found, [...before.values()], nextChange);
  const incidentOf = new Map<string, number>();
  const outcomes = new Map<number, DecidedFailure[]>();
  for (const [incident, number] of numbers) {
    outcomes.set(number, []);
    for (const { ref } of incident.failures) incidentOf.set(ref, number);
  }
  for (const failure of read) {
    const number = incidentOf.get(failure.ref) ?? null;
    const assigned = number === failure.incident ? failure : assignedTo(table, failure, number);
    if (number !== null) outcomes.get(number)?.push(assigned);
  }
  for (const [incident, number] of numbers) {
    const row = rowOf(incident, number, outcomes.get(number) ?? [], knownToMs);
    const known = before.get(number);
    table.putIncident(row, known !== undefined && isSame(row, known) ? known.changed : nextChange());
  }
}

function rowOf(
  { failures: _members, common, ...found }: FoundIncident,
  number: number,
  outcomes: readonly DecidedFailure[],
  knownToMs: number,
): Omit<IncidentRow, 'changed'> {
  return {
    number,
    ...found,
    ...common,
    path: common.path === null ? null : pathOf(common.path),
    region: common.region as IncidentRow['region'],
    ...progressColumns(outcomes, found.lastFailedAtMs, knownToMs),
  };
}

function progressColumns(
  outcomes: readonly DecidedFailure[],
  lastFailedAtMs: number,
  knownToMs: number,
): IncidentProgress & Pick<IncidentRow, 'awaitedUntilMs'> {
  const progress = progressOf(outcomes, knownToMs);
  return { ...progress, awaitedUntilMs: progress.state === 'OVER' ? null : lastFailedAtMs + returnMsMax };
}

function isSame(row: Omit<IncidentRow, 'changed'>, known: IncidentRow): boolean {
  return (Object.keys(row) as (keyof typeof row)[]).every((name) => row[name] === known[name]);
}

/** Writes anew when what failed of a stream was back, and returns the times of the incidents that this concerns. */
export function putReturns(table: IncidentTable, subject: string): TimeRange[] {
  return table.takenOf(subject).flatMap((failure) => {
    const { ref, atMs, incident } = failure;
    const backAtMs = returnOf(table, failure);
    if (incident === null || backAtMs === failure.backAtMs) return [];
    table.assign(ref, incident, backAtMs);
    return [{ fromMs: atMs, toMs: atMs }];
  });
}

/** The failure as part of an incident, or of none (null). */
function assignedTo(table: IncidentTable, failure: DecidedFailure, incident: number | null): DecidedFailure {
  const stored = incident !== null && failure.incident === null ? table.failure(failure.ref) : null;
  const known = incident === null ? null : failure.backAtMs;
  const backAtMs = stored === null ? known : returnOf(table, stored);
  table.assign(failure.ref, incident, backAtMs);
  return { ...failure, incident, backAtMs };
}

/** When it was back; null if it was not within the time that is waited for. */
function returnOf(table: IncidentTable, failure: FailureToPut): number | null {
  const backAtMs = table.backAtMs(failure);
  return backAtMs === null || backAtMs > failure.atMs + returnMsMax ? null : backAtMs;
}

/**
 * A number for each incident: in the order of their beginnings among those of their side that began about the same time. Incidents that are
 * not decided on now, but come later in that order, are numbered again.
 */
function numbered(
  table: IncidentTable,
  found: readonly FoundIncident[],
  before: readonly IncidentRow[],
  nextChange: NextIncidentChange,
): Map<FoundIncident, number> {
  const slotOf = ({ side }: Pick<IncidentRow, 'side'>, startedAtMs: number) => firstNumberOf(side, startedAtMs);
  const slots = new Map<number, FoundIncident[]>(before.map((row) => [slotOf(row, row.startedAtMs), []]));
  for (const incident of found) {
    const slot = slotOf(incident.common, incident.startedAtMs);
    slots.set(slot, [...(slots.get(slot) ?? []), incident]);
  }
  const numbers = new Map<FoundIncident, number>();
  for (const [slot, incidents] of slots) {
    const others = table.incidentsNumbered(slot, slot + numbersMax - 1);
    const first = incidents[0]?.startedAtMs ?? Infinity;
    const earlier = others.filter(({ startedAtMs }) => startedAtMs < first);
    renumber(table, earlier, slot, nextChange);
    renumber(table, others.slice(earlier.length), slot + earlier.length + incidents.length, nextChange);
    incidents.sort(compareIncidents).forEach((incident, index) => numbers.set(incident, slot + earlier.length + index));
  }
  return numbers;
}

function compareIncidents(one: FoundIncident, other: FoundIncident): number {
  const [first, second] = [one.failures[0], other.failures[0]];
  return first === undefined || second === undefined ? 0 : compareFailures(first, second);
}

/** Gives incidents, in the order of their numbers, the numbers from this one on. */
function renumber(
  table: IncidentTable,
  rows: readonly IncidentRow[],
  from: number,
  nextChange: NextIncidentChange,
): void {
  const moves = rows
    .map((row, index) => ({ row, number: from + index }))
    .filter(({ row, number }) => row.number !== number);
  // The last one first, so that none takes the number of one that is yet to move, whichever way they move.
  const isUp = moves[0] !== undefined && moves[0].number > moves[0].row.number;
  for (const { row, number } of isUp ? moves.toReversed() : moves) {
    for (const { ref, backAtMs } of table.failuresOf(row.number)) table.assign(ref, number, backAtMs);
    table.removeIncident(row.number);
    table.putIncident({ ...row, number }, nextChange());
  }
}
