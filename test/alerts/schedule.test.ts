import { expect, test } from '@jest/globals';
import { createScheduleCheck, type Schedule } from '../../src/alerts/alert-rule.ts';

const within = (schedule: Schedule, ...times: string[]) =>
  times.map((time) => createScheduleCheck(schedule)(Date.parse(time)));

test('a schedule is of the clocks of its time zone, whose summer time it follows', () => {
  const schedule = { timeZone: 'Europe/Berlin', hours: [{ from: '08:00', to: '09:00' }] };
  expect(within(schedule, '2026-01-15T06:59:59Z', '2026-01-15T07:00:00Z', '2026-01-15T08:00:00Z')).toEqual([
    false,
    true,
    false,
  ]);
  expect(within(schedule, '2026-07-15T06:00:00Z', '2026-07-15T07:00:00Z')).toEqual([true, false]);
});

test('what the clocks show twice, when summer time ends, is within twice, and what they pass over never', () => {
  const atNight = { timeZone: 'Europe/Berlin', hours: [{ from: '02:00', to: '02:30' }] };
  // 2026-10-25: from 01:00 UTC on it is 02:00 once more. 2026-03-29: at 01:00 UTC it is 03:00.
  const autumn = ['2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z'];
  expect(within(atNight, ...autumn)).toEqual([true, false, true, false]);
  expect(within(atNight, '2026-03-29T00:59Z', '2026-03-29T01:00Z', '2026-03-29T01:29Z')).toEqual([false, false, false]);
});

test('hours that end on the next day are of the day on which they begin', () => {
  // 2026-02-07 is a Saturday.
  const schedule: Schedule = { timeZone: 'UTC', hours: [{ days: ['SAT'], from: '22:00', to: '02:00' }] };
  const times = [
    '2026-02-07T01:00Z',
    '2026-02-07T22:00Z',
    '2026-02-08T01:59Z',
    '2026-02-08T02:00Z',
    '2026-02-08T22:00Z',
  ];
  expect(within(schedule, ...times)).toEqual([false, true, true, false, false]);
});

test('24:00 is the end of a day, and equal times are all of it', () => {
  const untilMidnight = { timeZone: 'UTC', hours: [{ from: '23:00', to: '24:00' }] };
  expect(within(untilMidnight, '2026-02-07T23:59Z', '2026-02-08T00:00Z')).toEqual([true, false]);
  const always = { timeZone: 'UTC', hours: [{ from: '00:00', to: '24:00' }] };
  expect(within(always, '2026-02-07T00:00Z', '2026-02-07T23:59Z')).toEqual([true, true]);
});
