import type { ExitWithoutTaskId } from '../../src/relay/relay-task.ts';
import type { FirstActivity, RunBoundary } from '../../src/relay/relay-runs.ts';

/** Boundaries of runs at a moment (milliseconds); no result depends on values that a test does not give. */

type Given = Partial<Omit<RunBoundary, 'kind' | 'exit'>>;

export function startAt(atMs: number, given: Given = {}): RunBoundary {
  return { kind: 'START', ...originAt(atMs), ...given };
}

export function exitAt(atMs: number, code: number | null = null, given: Given = {}): RunBoundary {
  return {
    kind: 'EXIT',
    ...originAt(atMs),
    exit: { code, codeText: null, message: null },
    attribution: 'BY_TASK_ID',
    ...given,
  };
}

/** The first file or alarm of a task, at this moment; null: none. */
export function activityAt(atMs: number | null): FirstActivity | null {
  return atMs === null ? null : { atMs, occurredAtMs: atMs, receivedAtMs: atMs + 5 };
}

/** An exit that names no task, at this moment and position. */
export function namelessExitAt(atMs: number, position: bigint): ExitWithoutTaskId {
  const exit = { code: null, codeText: null, message: null };
  return {
    kind: 'EXIT',
    ...originAt(atMs),
    position,
    digest: `nameless ${position}`,
    exit,
    attribution: 'BY_SOURCE_URLS',
  };
}

function originAt(atMs: number) {
  return { atMs, occurredAtMs: atMs, receivedAtMs: atMs + 5, digest: `at ${atMs}`, position: BigInt(atMs) };
}
