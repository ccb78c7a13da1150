import { readRelayDetails, type RelayDetails } from '../../relay/relay-callback.ts';
import type { AnyCallback, CallbackType } from './declaration.ts';

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
