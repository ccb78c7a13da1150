import { Field, Int, ObjectType } from 'type-graphql';
import { CursorScalar, DateTimeScalar } from '../../scalars.ts';
import { analysedState } from './statistics.ts';

@ObjectType({ description: 'How many stream sessions were live at a moment, and until the next one.' })
export class ConcurrencyPoint {
  @Field(() => DateTimeScalar, { name: 'at', description: 'The moment.' })
  atMs!: number;

  @Field(() => Int, {
    description: 'Sessions that were live at this moment: begun at it or before, and ended after it, if at all.',
  })
  live!: number;

  @Field(() => Int, { description: 'The most that were live at once, from this moment until the next point.' })
  most!: number;
}

@ObjectType({ description: 'The moment at which most stream sessions were live.' })
export class ConcurrencyPeak {
  @Field(() => DateTimeScalar, { name: 'at', description: 'The first moment at which there were so many.' })
  atMs!: number;

  @Field(() => Int, { description: 'How many were live.' })
  live!: number;
}

@ObjectType({
  description:
    'How many stream sessions were live over time. A session is live from `startedAt` until `endedAt`; a LIVE one until the answer was made; a SUPERSEDED one, whose interruption was lost, until the next session of its stream began. A session with an unknown start, or that ended at an unknown time, is not counted.',
})
export class Concurrency {
  @Field(() => [ConcurrencyPoint], {
    description: 'One point for each step, the first at `from`; none for what is in the future.',
  })
  points!: readonly ConcurrencyPoint[];

  @Field(() => ConcurrencyPeak, {
    nullable: true,
    description: 'When most were live, to the second. Null if all of the time is in the future.',
  })
  peak!: ConcurrencyPeak | null;

  @Field(() => CursorScalar, { description: analysedState })
  liveFrom!: string;
}
