import { ArrayMinSize, IsOptional, Matches, ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, Float, InputType, Int, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { analysisCost } from '../../api/cost.ts';
import { DateTimeScalar, enumType, objectType, orNull } from '../../api/declare-type.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { toCondition } from '../../lists/conditions.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import { StreamSessionFilter } from '../../sessions/stream-session-type.ts';
import { periodsAtMost, type WeeklyHours } from '../periods.ts';
import { statisticsWithin } from '../statistics/statistics-resolver.ts';
import { periodsMax } from '../statistics/statistics-type.ts';
import { windowArgsOf, windowOf } from '../windows-type.ts';
import { gapsMax } from './uptime.ts';

/** In the order of `Date.getUTCDay`. */
const weekdays = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;
type Weekday = (typeof weekdays)[number];

const WeekdayEnum = enumType<Weekday>(
  'Weekday',
  'A day of the week.',
  Object.fromEntries(weekdays.map((day) => [day, `${day.charAt(0)}${day.slice(1).toLowerCase()}.`])) as Record<
    Weekday,
    string
  >,
);

const timeOfDay = /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;
const refusedTime = { message: '$property must be a time of the day, such as 18:00; the end of a day is 24:00.' };

@InputType({ description: 'Hours of each week, as the clocks of a time zone show them.' })
class WeeklySchedule {
  @Field(() => [WeekdayEnum], { nullable: true, description: 'On which days they begin. Default: every day.' })
  @IsOptional()
  @ArrayMinSize(1)
  weekdays?: Weekday[] | null;

  @Field(() => String, { description: 'When they begin, such as `18:00`.' })
  @Matches(timeOfDay, refusedTime)
  from!: string;

  @Field(() => String, {
    description: 'When they end, exclusive. A time that is not later than `from` is of the next day.',
  })
  @Matches(timeOfDay, refusedTime)
  to!: string;

  @Field(() => String, { defaultValue: 'UTC', description: 'A name of the IANA database, such as `Europe/Berlin`.' })
  timeZone!: string;
}

@ArgsType()
class StreamUptimeArgs extends windowArgsOf(StreamSessionFilter, 'sessions, such as those of one stream') {
  @Field(() => WeeklySchedule, { nullable: true, description: 'The hours that count. Default: the whole time range.' })
  @IsOptional()
  @ValidateNested()
  schedule?: WeeklySchedule | null;
}

const UptimeGap = objectType('UptimeGap', 'Scheduled time in which no session was live.', {
  fromMs: [DateTimeScalar, 'Its beginning.'],
  toMs: [DateTimeScalar, 'Its end: a session began, or the scheduled time ended.'],
});

const StreamUptime = objectType('StreamUptime', 'How much of the scheduled time a stream was live.', {
  scheduledMs: [
    Float,
    'Scheduled milliseconds in the time range. Hours that clocks skip do not count; those that they repeat count twice.',
  ],
  liveMs: [Float, 'Of these, the milliseconds in which at least one session was live, as `concurrency` counts it.'],
  share: [orNull(Float), '`liveMs` of `scheduledMs`, from 0 to 1. Null if nothing was scheduled.'],
  gapCount: [Int, 'The number of gaps.'],
  gaps: [[UptimeGap], `The first gaps, at most ${gapsMax}, in order.`],
});
type StreamUptime = InstanceType<typeof StreamUptime>;

@Resolver()
export class StreamUptimeResolver {
  @Query(() => StreamUptime, {
    nullable: true,
    complexity: analysisCost + gapsMax,
    description: `How much of a time range a stream was live, by a schedule, and when it was not. Anything in the future is left out. ${statisticsWithin}`,
  })
  async streamUptime(
    @Ctx() { analyses }: GraphqlContext,
    @Args(() => StreamUptimeArgs) args: StreamUptimeArgs,
  ): Promise<StreamUptime> {
    const window = windowOf(args);
    if (args.schedule != null && periodsAtMost('DAY', window.fromMs, window.toMs) > periodsMax) {
      throw new LedgerError('BAD_USER_INPUT', `A schedule is for at most ${periodsMax} days. Ask for less time.`);
    }
    const condition = toCondition(streamSessionFields, args.filter);
    const schedule = args.schedule == null ? null : weeklyHoursOf(args.schedule);
    const { answer } = await analyses.ask({
      kind: 'streamUptime',
      condition,
      window,
      schedule,
      timeZone: args.schedule?.timeZone ?? 'UTC',
    });
    const { scheduledMs, liveMs, gaps } = answer;
    return { ...answer, share: scheduledMs === 0 ? null : liveMs / scheduledMs, gaps: [...gaps] };
  }
}

function weeklyHoursOf({ weekdays: days, from, to }: WeeklySchedule): WeeklyHours {
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
  return {
    weekdays: (days ?? weekdays).map((day) => weekdays.indexOf(day)),
    fromMinute,
    toMinute: toMinute > fromMinute ? toMinute : toMinute + minuteOf('24:00'),
  };
}

function minuteOf(time: string): number {
  return 60 * Number(time.slice(0, 2)) + Number(time.slice(3));
}
