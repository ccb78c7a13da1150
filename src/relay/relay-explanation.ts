import { explainField, type FieldExplanation } from '../sessions/session-explanation.ts';
import { isPlaying, type FileActivity, type RelayFile } from './relay-activity.ts';
import { asOf, foldMoment, isOpen, isSameKey, momentsOf } from './relay-runs.ts';
import { compareOrder, shownTimeAt, type OrderPoint, type RelayRun, type RunBoundary } from './relay-runs.ts';

/** Fields of a run that come from its callbacks, in the order in which they are explained. */
export const explainedRunFields = [
  'startedAtMs',
  'startReceivedAtMs',
  'exitedAtMs',
  'exitReceivedAtMs',
  'exitCode',
  'exitCodeText',
  'exitMessage',
  'attribution',
] as const;
type ExplainedRunField = (typeof explainedRunFields)[number];

/** Fields of a source file that come from its callbacks, in the order in which they are explained. */
export const explainedFileFields = ['index', 'url', 'durationSeconds', 'startedAtMs', 'finishedAtMs'] as const;
type ExplainedFileField = (typeof explainedFileFields)[number];

/** The callbacks and runs that a run was folded from. */
export interface RunEvidence {
  /** The run before it; null: it is the first. */
  readonly before: RelayRun | null;
  /**
   * All callbacks that begin or end runs of the task, from the moment that opened the run to the moments of its start
   * and exit.
   */
  readonly boundaries: readonly RunBoundary[];
  /** Exits that name no task and might have ended the run, but were not attributed to its task, in the order of the log. */
  readonly lostExits: readonly RunBoundary[];
}

/** Explains each field of a run that has a value or might have had another one. */
export function explainRun(
  run: RelayRun,
  { before, boundaries, lostExits }: RunEvidence,
): FieldExplanation<ExplainedRunField, RunBoundary>[] {
  const runs = before === null ? [] : [asOf(before, run.openedAtMs)];
  // If a boundary opened the run, this has no effect: all later boundaries are already folded.
  const firstActivity = { atMs: run.openedAtMs, ...run.opened };
  const by: Partial<Record<RunBoundary['kind'], RunBoundary>> = {};
  for (const moment of momentsOf(boundaries)) {
    foldMoment(runs, moment, firstActivity, (boundary, changed) => {
      if (isSameKey(changed, run)) by[boundary.kind] = boundary;
    });
  }
  return explainedRunFields.flatMap((field) => {
    const setBy = by[field.startsWith('start') ? 'START' : 'EXIT'] ?? null;
    // An exit that was not attributed offers a value for every field except the attribution.
    const offered = field === 'attribution' ? [] : lostExits;
    const value = setBy === null ? null : valueIn(setBy, field);
    return explainField({ field, value, setBy }, offered, (exit) => valueIn(exit, field));
  });
}

function valueIn(boundary: RunBoundary, field: ExplainedRunField): string | number | null {
  const { occurredAtMs, receivedAtMs } = boundary;
  if (boundary.kind === 'START') {
    return field === 'startedAtMs' ? occurredAtMs : receivedAtMs;
  }
  switch (field) {
    case 'exitedAtMs':
      return occurredAtMs;
    case 'exitReceivedAtMs':
      return receivedAtMs;
    case 'exitCode':
      return boundary.exit.code;
    case 'exitCodeText':
      return boundary.exit.codeText;
    case 'exitMessage':
      return boundary.exit.message;
    case 'attribution':
      return boundary.attribution;
    default:
      return null;
  }
}

/** The runs before and after a run; null: there is none. */
export interface Neighbours {
  readonly before: RelayRun | null;
  readonly next: RelayRun | null;
}

/**
 * Whether an exit without a task id would have ended this run. `exitAtMs` is its order time in the task: see
 * `orderTimeOfExit`.
 */
export function wouldEnd(run: RelayRun, { before, next }: Neighbours, exitAtMs: number): boolean {
  const { openedAtMs, nth } = run;
  if (openedAtMs < exitAtMs) return (next === null || next.openedAtMs >= exitAtMs) && isOpen(asOf(run, exitAtMs));
  // If no run is open, the exit ends a run that begins at the same moment.
  return openedAtMs === exitAtMs && nth === 0 && !isOpen(before === null ? null : asOf(before, exitAtMs));
}

/** The start or finish of a file, with its position in the log. */
export type FileOffering = FileActivity & { readonly position: bigint };

/**
 * Explains each field of a source file that has a value or might have had another one. Expects all callbacks of the
 * file.
 */
export function explainFile(
  file: RelayFile,
  callbacks: readonly FileOffering[],
): FieldExplanation<ExplainedFileField, FileOffering>[] {
  const at = (point: OrderPoint | null, isIt: (one: FileOffering) => boolean) =>
    point === null ? null : (callbacks.findLast((one) => compareOrder(one.at, point) === 0 && isIt(one)) ?? null);
  const namedBy = at(file.namedAt, ({ digest }) => digest === file.namedBy);
  const durationBy = at(file.durationAt, ({ digest }) => digest === file.durationBy);
  const startedBy = at(file.startedAt, ({ type }) => type === 'FILE_START');
  // While the file plays, the finish of an earlier play does not count.
  const finishedBy = isPlaying(file) ? null : at(file.finishedAt, ({ type }) => type === 'FILE_FINISH');
  const setBy = {
    index: namedBy,
    url: namedBy,
    durationSeconds: durationBy,
    startedAtMs: startedBy,
    finishedAtMs: finishedBy,
  };
  return explainedFileFields.flatMap((field) => {
    const by = setBy[field];
    const value = by === null ? null : offers[field](by);
    return explainField({ field, value, setBy: by }, callbacks, offers[field]);
  });
}

/** The value that a callback offers for each field. */
const offers: Readonly<Record<ExplainedFileField, (callback: FileOffering) => string | number | null>> = {
  index: ({ file }) => file.index,
  url: ({ file }) => file.url,
  // CSS writes 0 when it does not know the duration.
  durationSeconds: ({ file }) => (file.durationSeconds === 0 ? null : file.durationSeconds),
  startedAtMs: ({ type, at }) => (type === 'FILE_START' ? shownTimeAt(at) : null),
  finishedAtMs: ({ type, at }) => (type === 'FILE_FINISH' ? shownTimeAt(at) : null),
};
