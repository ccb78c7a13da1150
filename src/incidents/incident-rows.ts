import type { ListedProperties } from '../lists/list-fields.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import type { RelayTaskView } from '../relay/relay-task.ts';
import { endSides } from '../sessions/interruption-codes.ts';
import type { Failure } from './failures/failure.ts';
import type { incidentFields } from './incident-fields.ts';
import type { Outcome } from './incident-progress.ts';

/** An incident as it is stored. */
export interface IncidentRow extends ListedProperties<typeof incidentFields> {
  /** Its row, and its id in the schema: the same on every node of a log. See `numberOf`. */
  readonly number: number;
  /** Streams that would have failed meanwhile by habit. */
  readonly usual: number;
  readonly spanFromMs: number;
  readonly spanToMs: number;
  /** Until when returns are waited for, by what has arrived; null: they are not. */
  readonly awaitedUntilMs: number | null;
  readonly changed: ChangePosition;
}

/** A time whose incidents have to be decided on, both ends inclusive. */
export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** A failure, and what it is a failure of. */
export interface FailureToPut extends Failure {
  /** A push that began after this is a return. */
  readonly sinceMs: number;
  readonly sessionRow: number | null;
  readonly taskRow: number | null;
  /** Of a run: its time in the order of its task. */
  readonly runAtMs: number | null;
  /** How many attempts it is, else 1. */
  readonly times: number;
}

/** With the incident that it belongs to, and when what failed was back. */
export interface DecidedFailure extends Failure, Outcome {
  readonly incident: number | null;
}

/** All that is kept of a failure. */
export interface StoredFailure extends FailureToPut, DecidedFailure {}

/** What a relay task's failures are grouped by. */
export interface FailingTask extends Pick<RelayTaskView, 'sourceUrls' | 'domain' | 'path' | 'streamId'> {
  readonly row: number;
  readonly appId: string;
  readonly taskId: string;
}

/** Hours of a group before the last one. */
export interface HourBounds {
  readonly group: string;
  readonly fromHour: number;
  readonly lastHour: number;
  /** Hours that are left out. */
  readonly leftOut: number;
}

/** The projector's access to failures, inside its transaction. */
export interface FailureTable {
  failure(ref: string): StoredFailure | null;
  /** In the order of time. */
  failuresBetween(fromMs: number, toMs: number, rowsMax: number): DecidedFailure[];
  failuresOf(incident: number): DecidedFailure[];
  /** Those of a stream or a task that are part of an incident. */
  takenOf(subject: string): StoredFailure[];
  lastFailureAtMs(): number | null;
  addFailure(failure: FailureToPut): void;
  removeFailure(ref: string): void;
  setTimes(ref: string, times: number): void;
  /** Makes a failure part of an incident, or of none, and says when what failed was back. */
  assign(ref: string, incident: number | null, backAtMs: number | null): void;
  /** Streams that failed in this time, the end exclusive, by stream, each once with each of its traits. */
  traitsBetween(fromMs: number, toMs: number): readonly (readonly [subject: string, traits: string])[];
  /** Streams that failed in at least so many hours of this time, the end exclusive. */
  streamsFailingIn(hoursMin: number, fromMs: number, toMs: number): string[];
  /** Notes that failures of an hour have changed. */
  putUncounted(hour: number): void;
  /** What has been noted, but for the last hour with a failure, which stays noted, and the counts of which are not kept. */
  takeUncounted(lastHour: number | null): number[];
  /** How many streams of each group failed in an hour, as it was last counted. */
  streamsInHour(hour: number): readonly (readonly [group: string, streams: number])[];
  putHour(group: string, hour: number, streams: number): void;
  /**
   * Streams of a group that failed in the hours before the last one, but for so many hours in which most failed; `same`: in the hours of its
   * time of day, but for that in which most failed.
   */
  streamsInHours(bounds: HourBounds): { readonly all: number; readonly same: number };
  /** Hours in which so many streams of a group failed, or may have, both ends inclusive. */
  busyHours(streamsMin: number, fromHour: number, toHour: number): number[];
  /** When the stream next pushed, or the task next ran, after it had failed; null if neither did. */
  backAtMs(failure: FailureToPut): number | null;
  failuresOfTask(taskRow: number): StoredFailure[];
  /** All its failures have the same. */
  subjectOfTask(taskRow: number): string | null;
  task(taskRow: number): FailingTask;
}

/** The projector's access to incidents and what they follow from. */
export interface IncidentTable extends FailureTable {
  /** From when the record goes, by the times of its callbacks, and to when, by arrivals. */
  record(): { readonly fromMs: number | null; readonly toMs: number | null };
  putRecord(fromMs: number, toMs: number): void;
  /** Those that reach into a time. */
  incidentsOverlapping(fromMs: number, toMs: number): IncidentRow[];
  /** Both ends inclusive, in the order of the numbers. */
  incidentsNumbered(from: number, to: number): IncidentRow[];
  /** Those whose returns need not be waited for any more at this time. */
  incidentsAwaitedUntil(toMs: number): IncidentRow[];
  /** Notes that the incidents of a time have to be decided on again. */
  putUndecided(range: TimeRange): void;
  /** What has been noted since the last decision. */
  undecided(): TimeRange[];
  hasUndecided(): boolean;
  clearUndecided(): void;
  /** The newest failure of all incidents. */
  lastTakenAtMs(): number | null;
  putIncident(row: Omit<IncidentRow, 'changed'>, changed: ChangePosition): void;
  removeIncident(number: number): void;
}

/** Milliseconds in which incidents of one side are numbered. */
const slotMs = 3_600_000;

/** The slots begin at no round time: most of what happens on time begins at one, and so would be numbered in two. */
const slotShiftMs = 17 * 60_000 + 41_000;

/** Incidents of one side in one slot; far more than there can be by their rules. */
export const numbersMax = 1_000;

/** The first number of incidents of a side that began about the same time. Numbers are kept if a late callback changes when one began. */
export function firstNumberOf(side: IncidentRow['side'], startedAtMs: number): number {
  const slot = Math.floor((startedAtMs - slotShiftMs) / slotMs);
  return (slot * endSides.length + endSides.indexOf(side)) * numbersMax;
}

/** The text of a number in the schema. */
export function writeIncidentId(number: number): string {
  return number.toString(36);
}

/** Null if the text is no id of an incident. */
export function readIncidentId(text: string): number | null {
  const number = /^[0-9a-z]{1,10}$/.test(text) ? Number.parseInt(text, 36) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}
