import { interpret } from '../../src/callbacks/callback.ts';
import type { RelayCallback } from '../../src/callbacks/types/relay.ts';
import { digestOf } from '../../src/callbacks/identity.ts';
import type { TestArrival } from './ledger.ts';

/** A relay callback with a time, reduced to what decides which task an exit belongs to. */
interface Happened {
  readonly callback: RelayCallback;
  readonly atMs: number;
  readonly digest: string;
}

const dayMs = 86_400_000;

/** The expected attribution of an exit that names no task. */
export interface ExpectedAttribution {
  /** The task that it belongs to; null: none, or it cannot be known. */
  readonly taskId: string | null;
  /** The tasks that it may have ended. */
  readonly candidates: readonly string[];
}

/**
 * The task of each exit that names none, by the exit's digest, computed from all callbacks at once: decision 0008. All callbacks carry a
 * time, and none is repeated.
 */
export function attributionsByDefinition(arrivals: readonly TestArrival[]): ReadonlyMap<string, ExpectedAttribution> {
  const all = arrivals.map(({ body }) => toHappened(body)).sort(byOrder);
  const tasks = [...new Set(all.flatMap(({ callback }) => callback.taskId ?? []))];
  const attributed = new Map<string, ExpectedAttribution>();
  for (const exit of all.filter(({ callback }) => callback.taskId === null && callback.event.type === 'TASK_EXIT')) {
    const candidates = tasks
      .map((taskId) => ({ taskId, own: all.filter(({ callback }) => callback.taskId === taskId) }))
      .filter(({ taskId, own }) => mayEnd(exit, own, exitsGivenTo(taskId, all, attributed)));
    attributed.set(exit.digest, {
      taskId: chosen(exit, candidates),
      candidates: candidates.map(({ taskId }) => taskId),
    });
  }
  return attributed;
}

function toHappened(body: Record<string, unknown>): Happened {
  const callback = interpret(body);
  if (callback.kind !== 'RELAY' || callback.occurredAtMs === null) throw new Error('not a relay callback with a time');
  return { callback, atMs: callback.occurredAtMs, digest: digestOf(body) };
}

function byOrder(one: Happened, other: Happened): number {
  return one.atMs - other.atMs || (one.digest < other.digest ? -1 : 1);
}

function exitsGivenTo(taskId: string, all: readonly Happened[], attributed: ReadonlyMap<string, ExpectedAttribution>) {
  return all.filter(({ digest }) => attributed.get(digest)?.taskId === taskId);
}

function mayEnd(exit: Happened, own: readonly Happened[], given: readonly Happened[]): boolean {
  if (given.some(({ atMs }) => atMs === exit.atMs)) return false;
  const before = [...own, ...given].filter(({ atMs }) => atMs < exit.atMs).sort(byOrder);
  const state = stateAfter(before);
  const then = own.filter(({ atMs }) => atMs === exit.atMs);
  const begins =
    then.some(({ callback }) => callback.event.type === 'TASK_START') ||
    (state === 'NEVER_RAN' && then.some(({ callback }) => isActivity(callback)));
  if (state !== 'OPEN' && !begins) return false;
  const named = own.filter(({ atMs }) => (state === 'OPEN' ? atMs < exit.atMs : atMs <= exit.atMs));
  return sourceOf(named.findLast(({ callback }) => callback.sourceUrls.length > 0)) === sourceOf(exit);
}

/** At the same moment, an exit comes first if a run is open, else a start does; an exit without an open run is a run by itself. */
function stateAfter(before: readonly Happened[]): 'NEVER_RAN' | 'OPEN' | 'CLOSED' {
  let state: 'NEVER_RAN' | 'OPEN' | 'CLOSED' = 'NEVER_RAN';
  for (const atMs of new Set(before.map((one) => one.atMs))) {
    const then = before.filter((one) => one.atMs === atMs).map(({ callback }) => callback);
    const starts = then.some(({ event }) => event.type === 'TASK_START');
    const exits = then.some(({ event }) => event.type === 'TASK_EXIT');
    if (starts && exits) state = state === 'OPEN' ? 'OPEN' : 'CLOSED';
    else if (starts) state = 'OPEN';
    else if (exits) state = 'CLOSED';
    else if (state === 'NEVER_RAN' && then.some(isActivity)) state = 'OPEN';
  }
  return state;
}

function isActivity({ event }: RelayCallback): boolean {
  return event.type === 'FILE_START' || event.type === 'FILE_FINISH' || event.type === 'ALARM';
}

function sourceOf(one: Happened | undefined): string | null {
  return one === undefined ? null : JSON.stringify([...new Set(one.callback.sourceUrls)].sort());
}

function chosen(
  { atMs }: Happened,
  candidates: readonly { readonly taskId: string; readonly own: readonly Happened[] }[],
): string | null {
  const only = (remaining: typeof candidates) => (remaining.length === 1 ? (remaining[0]?.taskId ?? null) : null);
  if (candidates.length < 2) return only(candidates);
  const isSilent = ({ own }: (typeof candidates)[number]) => {
    const last = own.findLast((one) => one.atMs <= atMs && one.callback.event.type !== 'OTHER');
    return last === undefined || atMs - last.atMs > dayMs;
  };
  const startsLater = ({ own }: (typeof candidates)[number]) =>
    own.some((one) => one.atMs > atMs && one.callback.event.type === 'TASK_START');
  const areAllSilent = candidates.every(isSilent);
  return only(candidates.filter((one) => !startsLater(one) && (areAllSilent || !isSilent(one))));
}
