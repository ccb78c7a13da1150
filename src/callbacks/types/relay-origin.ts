import { readId } from '../wire-values.ts';

/** What the push URL of a stream says about the relay task that pushes it. */
export interface RelayOrigin {
  readonly taskId: string | null;
  /** The sequence of the push that the task made. */
  readonly sequence: string | null;
}

const members = { taskId: 'ppTaskId', sequence: 'upstream_sequence' } as const;

/**
 * Reads `ppTaskId` and `upstream_sequence` of a `stream_param`, which CSS adds to what its relay tasks push (seen once, in a
 * recording of 2025). Null: it does not say.
 */
export function readRelayOrigin(streamParam: unknown): RelayOrigin {
  if (typeof streamParam !== 'string' || !streamParam.includes('=')) return { taskId: null, sequence: null };
  const parameters = new URLSearchParams(streamParam.replace(/^[?&]/, ''));
  return { taskId: readId(parameters.get(members.taskId)), sequence: readId(parameters.get(members.sequence)) };
}
