import * as z from 'zod';
import { isTimeZone } from '../analysis/periods.ts';
import { list, object, settingName, text, textLike, wholeNumber, word } from '../settings/json-settings.ts';
import type { Findings, FindSubjects, Sources } from './kinds/findings.ts';

/** Days of the week, as `Date.getUTCDay` counts them. */
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;
type Weekday = (typeof weekdays)[number];

/** What delays and times of rules are bounded by. */
export const dayS = 24 * 3_600;
const minutesOfDay = 24 * 60;

const timeOfDay = () => textLike(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/);

const scheduledHours = object({
  days: list(word(weekdays), weekdays.length)
    .describe('On which it begins. Every day, where it is left out.')
    .optional(),
  from: timeOfDay().describe('Such as 08:00.'),
  to: timeOfDay().describe('Not part of it. A time that is not later than `from` is of the next day.'),
});

/** Times of each week, as the clocks of a time zone show them. */
export const schedule = object({
  timeZone: text(1, 64)
    .refine(isTimeZone, 'must be a name of the IANA time zone database, such as Asia/Shanghai')
    .describe('A name of the IANA time zone database.'),
  hours: list(scheduledHours, 50),
});
export type Schedule = z.output<typeof schedule>;

/** Whether a moment is within a schedule. */
export function createScheduleCheck({ timeZone, hours }: Schedule): (atMs: number) => boolean {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
  });
  const spans = hours.map(({ days = weekdays, from, to }) => ({ days, from: minutesOf(from), to: minutesOf(to) }));
  return (atMs) => {
    const shown = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const today = (shown.get('weekday') ?? '').toUpperCase() as Weekday;
    const yesterday = weekdays[(weekdays.indexOf(today) + 6) % 7] ?? today;
    const minute = Number(shown.get('hour')) * 60 + Number(shown.get('minute'));
    return spans.some(({ days, from, to }) => {
      const endsAt = to > from ? to : to + minutesOfDay;
      const isOf = (day: Weekday, minutes: number) => days.includes(day) && minutes >= from && minutes < endsAt;
      return isOf(today, minute) || isOf(yesterday, minute + minutesOfDay);
    });
  };
}

function minutesOf(time: string): number {
  const [hours = '', minutes = ''] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Targets of a file. */
export const targetsMax = 16;

/** How long ago it may have happened. */
export const withinSeconds = (otherwise: number) =>
  wholeNumber(60, 30 * dayS)
    .describe('How long ago it may have been.')
    .default(otherwise);

export const threshold = (description: string, otherwise = 1, max = 100_000) =>
  wholeNumber(1, max).describe(description).default(otherwise);

const delay = (description: string) => wholeNumber(0, dayS).describe(description).default(0);

/** The settings that every rule has. */
const common = {
  name: settingName.describe('In messages and in the log. Another name is another rule.'),
  forSeconds: delay('How long the condition must be met before an alert begins.'),
  quietSeconds: delay('How long the condition must not be met before an alert ends.'),
  groupSeconds: wholeNumber(1, dayS)
    .describe(
      'At least so long after a message about alerts that began, or ended, the next one is sent: what begins meanwhile is in that one.',
    )
    .default(60),
  quietHours: schedule
    .describe('When no alert begins: what still meets the condition afterwards begins then. Alerts end at any time.')
    .optional(),
  targets: list(settingName, targetsMax).describe('Names of targets. All of them, where it is left out.').optional(),
};
type Common = z.output<z.ZodObject<typeof common>>;

/** The settings of a rule, as far as they do not depend on its kind. */
export interface RuleBasics extends Readonly<Common> {
  /** Alerts begin only while at least this many subjects meet the condition. */
  readonly subjectsLeast: number;
}

/** A rule of one kind. */
export interface RuleOf<When extends string> extends RuleBasics {
  readonly when: When;
  /** Begins to search for what meets its condition. */
  readonly openFind: (sources: Sources) => FindSubjects;
}

/** What a rule of alerts can be about. */
interface KindDeclaration<When extends string, Settings extends z.ZodRawShape> {
  /** The log, messages and the file of rules use it, so it never changes. */
  readonly when: When;
  /** What is wrong, in the API and in the schema of the file of rules. */
  readonly description: string;
  /** What a rule of this kind sets, beside what every rule does. */
  readonly settings: Settings;
  /** If rules have a threshold for the number of subjects: what these are. */
  readonly subjects?: string;
  /** Milliseconds for which a result is used again. By default, each evaluation searches. */
  readonly everyMs?: number;
  readonly openFind: (settings: z.output<z.ZodObject<Settings>>, sources: Sources) => FindSubjects;
}

/** Declares a kind. `src/alerts/alert-kinds.ts` lists all of them. */
export function alertKind<const When extends string, Settings extends z.ZodRawShape>({
  when,
  description,
  settings,
  subjects,
  everyMs = 0,
  openFind,
}: KindDeclaration<When, Settings>) {
  const counted = subjects !== undefined && {
    threshold: threshold(`Alerts begin only while the condition is met by so many ${subjects}.`),
  };
  const { name, ...others } = common;
  const schema = object({ name, when: z.literal(when), ...settings, ...counted, ...others }).describe(description);
  const rule = schema.transform((given): RuleOf<When> => {
    const found = given as Common & { readonly threshold: number } & z.output<z.ZodObject<Settings>>;
    return {
      ...found,
      when,
      subjectsLeast: subjects === undefined ? 1 : found.threshold,
      openFind: (sources) => atMostEvery(everyMs, openFind(found, sources)),
    };
  });
  return { when, description, rule };
}

/** Returns the last result until this much time has passed. Searches anew if the clock was set back. */
function atMostEvery(ms: number, find: FindSubjects): FindSubjects {
  let last: { readonly atMs: number; readonly findings: Findings } | null = null;
  return async (nowMs) => {
    if (last === null || nowMs < last.atMs || nowMs - last.atMs >= ms) {
      last = { atMs: nowMs, findings: await find(nowMs) };
    }
    return last.findings;
  };
}
