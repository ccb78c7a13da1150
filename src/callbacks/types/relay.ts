import { readRelayDetails, type RelayDetails } from '../../relay/relay-callback.ts';
import type { AnyCallback, CallbackType } from './declaration.ts';
import { readId } from '../wire-values.ts';

/** Something happened to a relay task. */
export interface RelayCallback extends AnyCallback, RelayDetails {
  readonly kind: 'RELAY';
}

/** `event_type` 314: becomes a relay task, with the other callbacks of the task. */
export const relayType = {
  eventTypes: [314],
  kind: 'RELAY',
  meaning: 'something happened to a relay task; see `callbackEvent`.',
  eventName: 'CssRelayOther',
  eventNames: new Map([
    ['TaskStart', 'CssRelayTaskStart'],
    ['VodSourceFileStart', 'CssRelayVodSourceFileStart'],
    ['VodSourceFileFinish', 'CssRelayVodSourceFileFinish'],
    ['TaskExit', 'CssRelayTaskExit'],
    ['ResetTaskConfig', 'CssRelayResetTaskConfig'],
    ['TaskAlarm', 'CssRelayTaskAlarm'],
  ]),
  // It ends in the token that authenticates callbacks: whoever reads it can forge any.
  credentials: ['callback_url'],
  read: (body, any): RelayCallback => ({ kind: 'RELAY', ...any, ...readRelayDetails(body, any.callbackEvent) }),
} as const satisfies CallbackType<RelayCallback>;

/** What the push URL of a stream says about the relay task that pushes it. */
interface RelayOrigin {
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
