import { conclusionFields } from '../api/conclusion-type.ts';
import { objectType } from '../api/declare-type.ts';
import { StreamSession } from '../sessions/stream-session-type.ts';
import { RelayTask } from './relay-task-type.ts';

export const RelayTaskJoin = objectType('RelayTaskJoin', 'A relay task that fed a session, and how sure that is.', {
  relayTask: [RelayTask, 'The task.'],
  ...conclusionFields,
});
export type RelayTaskJoin = InstanceType<typeof RelayTaskJoin>;

export const StreamSessionJoin = objectType(
  'StreamSessionJoin',
  'A session that a relay task fed, and how sure that is.',
  { streamSession: [StreamSession, 'The session.'], ...conclusionFields },
);
export type StreamSessionJoin = InstanceType<typeof StreamSessionJoin>;
