import { Field, ObjectType } from 'type-graphql';
import { CursorScalar } from '../scalars.ts';
import { CallbackRecord } from './callback-record.ts';
import { RelayTask } from './relay-task.ts';
import { StreamSession } from './stream-session.ts';

const cursorDescription =
  'A log cursor right after this change: a subscription that resumes with it as `after` misses and repeats nothing.';

const matchesDescription =
  'Whether it matches the filter after the change. Only false with `left: true`, so that a list of what matches can remove it.';

@ObjectType({ description: 'A stream session that changed, in its newest state.' })
export class StreamSessionChange {
  @Field(() => CursorScalar, { description: cursorDescription })
  cursor!: string;

  @Field(() => Boolean, { description: matchesDescription })
  matches!: boolean;

  @Field(() => StreamSession, { description: 'The session.' })
  streamSession!: StreamSession;
}

@ObjectType({ description: 'A relay task that changed, in its newest state.' })
export class RelayTaskChange {
  @Field(() => CursorScalar, { description: cursorDescription })
  cursor!: string;

  @Field(() => Boolean, { description: matchesDescription })
  matches!: boolean;

  @Field(() => RelayTask, { description: 'The task.' })
  relayTask!: RelayTask;
}

@ObjectType({ description: 'A callback that was recorded.' })
export class RecordedCallback {
  @Field(() => CursorScalar, { description: cursorDescription })
  cursor!: string;

  @Field(() => CallbackRecord, { description: 'The callback, at its first arrival.' })
  callback!: CallbackRecord;
}
