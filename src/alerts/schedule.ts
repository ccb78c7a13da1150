/** Days of the week, as `Date.getUTCDay` counts them. */
export const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;
export type Weekday = (typeof weekdays)[number];

/** Times of each week, as the clocks of a time zone show them. */
export interface Schedule {
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
  readonly hours: readonly ScheduledHours[];
}

/** From one time of day, such as `08:00`, to another, exclusive. An end that is not later is on the next day. */
export interface ScheduledHours {
  /** The days on which they begin; every day if absent. */
  readonly days?: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

const minutesOfDay = 24 * 60;

/** Whether a moment is within a schedule. `schedule.timeZone` must exist. */
export function createScheduleCheck({ timeZone, hours }: Schedule): (atMs: number) => boolean {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', weekday: 'short', hour: 'numeric', minute: 'numeric' },
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
