import { Field, ObjectType } from 'type-graphql';
import { CursorScalar } from '../scalars.ts';
import { CallbackRecord } from './callback-record.ts';
import { RelayTask } from './relay-task.ts';
import { StreamSession } from './stream-session.ts';

const cursorDescription =
  'A log cursor right after this change: whoever goes on with it as `after` misses and repeats nothing.';

const matchesDescription =
  'Whether it meets the filter after the change. false only with `left: true`: then a list of what meets the filter can drop it.';

@ObjectType({ description: 'A stream session that changed, with its newest state.' })
export class StreamSessionChange {
  @Field(() => CursorScalar, { description: cursorDescription })
  cursor!: string;

  @Field(() => Boolean, { description: matchesDescription })
  matches!: boolean;

  @Field(() => StreamSession, { description: 'The session.' })
  streamSession!: StreamSession;
}

@ObjectType({ description: 'A relay task that changed, with its newest state.' })
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
