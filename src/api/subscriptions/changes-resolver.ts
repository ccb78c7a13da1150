import { CursorScalar } from '../scalars-type.ts';
import { CallbackRecord } from '../../callbacks/callback-record-type.ts';
import { RelayTask } from '../../relay/relay-task-type.ts';
import { StreamSession } from '../../sessions/stream-session-type.ts';
import { objectType } from '../declare-type.ts';

const cursorDescription =
  'A log cursor right after this change: a subscription that resumes with it as `after` misses and repeats nothing.';

const matchesDescription =
  'Whether it matches the filter after the change. False only with `left: true`, so that a client can remove it from its list of matches.';

export const StreamSessionChange = objectType(
  'StreamSessionChange',
  'A stream session that changed, in its newest state.',
  {
    cursor: [CursorScalar, cursorDescription],
    matches: [Boolean, matchesDescription],
    streamSession: [StreamSession, 'The session.'],
  },
);

export const RelayTaskChange = objectType('RelayTaskChange', 'A relay task that changed, in its newest state.', {
  cursor: [CursorScalar, cursorDescription],
  matches: [Boolean, matchesDescription],
  relayTask: [RelayTask, 'The task.'],
});

export const RecordedCallback = objectType('RecordedCallback', 'A callback that was recorded.', {
  cursor: [CursorScalar, cursorDescription],
  callback: [CallbackRecord, 'The callback, at its first arrival.'],
});
