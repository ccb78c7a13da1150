import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type {
  MissingCallback as MissingCallbackRow,
  MissingReason,
  Sureness,
} from '../../read-models/analysis/missing-callbacks.ts';
import { DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { MissingReasonEnum, SurenessEnum } from './missing-callback-enums.ts';

@ObjectType({ description: 'The source file of a relay task of which a callback is missing.' })
export class MissingFile {
  /** As sent, for the resolver that hides credentials. */
  url!: string | null;

  @Field(() => Int, { nullable: true, description: 'Index in the list of source files, from 0. Null if unknown.' })
  index!: number | null;
}

@ObjectType({ description: 'A callback that should have come, and did not: what shows it, and how sure that is.' })
export class MissingCallback implements MissingCallbackRow {
  /** For the resolvers. */
  sessionRow!: number | null;
  taskRow!: number | null;

  @Field(() => MissingReasonEnum, { description: 'What shows that it is missing.' })
  reason!: MissingReason;

  @Field(() => SurenessEnum, { description: 'How sure it is that it should have come, and what would make it wrong.' })
  sureness!: Sureness;

  @Field(() => Int, {
    nullable: true,
    description: '`event_type` of what is missing: 0 interruption, 1 push, 314 relay. Null: of any type.',
  })
  eventType!: number | null;

  @Field(() => String, {
    nullable: true,
    description: '`callback_event` of the relay callback that is missing, such as `TaskStart`.',
  })
  callbackEvent!: string | null;

  @Field(() => DateTimeScalar, {
    name: 'expectedFrom',
    nullable: true,
    description:
      'The earliest moment at which it can have happened, by CSS’s clock where that is known. Null: nobody can say.',
  })
  expectedFromMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'expectedTo',
    description:
      'The latest moment at which it can have happened; of what is silent, the end of the time that was asked for.',
  })
  expectedToMs!: number;

  @Field(() => ID, { description: 'The account.' })
  appId!: string;

  @Field(() => String, { nullable: true, description: 'Push domain. Null if unknown.' })
  domain!: string | null;

  @Field(() => String, { nullable: true, description: 'Push path. Null if unknown, and of a whole domain.' })
  path!: string | null;

  @Field(() => String, { nullable: true, description: 'Stream name. Null if unknown, and of a whole domain.' })
  streamId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of the run in `runs` of `relayTask`. Null where it is not about a relay task.',
  })
  run!: number | null;

  @Field(() => MissingFile, { nullable: true, description: 'The source file, of FILE_WITHOUT_START.' })
  file!: MissingFile | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of DOMAIN_SILENT: the longest pause between pushes that was usual, in milliseconds.',
  })
  usualPauseMs!: number | null;
}

/** A page of them, with cursors at both ends. */
export const MissingCallbackConnection = connectionOf(MissingCallback, 'MissingCallback', 'missing callbacks');
