import type { MissingReason, Sureness } from '../analysis/missing/missing-callbacks.ts';
import type { DeliveryTarget } from '../forwarding/target.ts';
import type { QuarantineReason } from '../quarantine/quarantine.ts';
import type { EndSide } from '../sessions/interruption-codes.ts';
import type { AlertKind, ServiceTrouble } from './alert-events.ts';
import type { AlertFormat, MessageTarget } from './message-formats.ts';

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

/** The settings that every rule has. */
export interface RuleBasics {
  readonly name: string;
  readonly when: AlertKind;
  /** Alerts begin only while at least this many subjects meet the condition. */
  readonly subjectsLeast: number;
  readonly forSeconds: number;
  readonly quietSeconds: number;
  readonly groupSeconds: number;
  /** When no alert begins; null: alerts may begin at any time. */
  readonly quietHours: Schedule | null;
  /** Names of targets. */
  readonly targets: readonly string[];
}

/** Everything, if no list is set; otherwise whatever has a value of each list that is set. */
export interface StreamFilter {
  readonly appIds?: readonly string[];
  readonly domains?: readonly string[];
  readonly paths?: readonly string[];
  readonly streamIds?: readonly string[];
}

/** A stream by its names; without a path, of any path. */
export interface ListedStream {
  readonly domain: string;
  readonly path?: string;
  readonly streamId: string;
}

/** A rule about what happened within a time. */
interface Recent {
  readonly filter: StreamFilter;
  readonly withinSeconds: number;
}

/** The further settings of each kind of rule. */
interface OfKind {
  /** About streams whose newest push was ended by one of the sides. */
  readonly PUSH_ENDED: Recent & { readonly sides: readonly EndSide[] };
  /** About listed streams that are not live within the schedule; null: always. */
  readonly NOT_LIVE: { readonly streams: readonly ListedStream[]; readonly schedule: Schedule | null };
  /** About streams that began at least this many pushes. */
  readonly FLAPPING: Recent & { readonly threshold: number };
  /** About domains from which nothing came for a time. */
  readonly DOMAIN_SILENT: { readonly domains: readonly string[]; readonly silentSeconds: number };
  /** About relay tasks whose newest run has exited with one of the codes; null: any but 0. */
  readonly RELAY_EXIT: Recent & { readonly exitCodes: readonly number[] | null };
  /** About alarms of relay tasks, by task and kind of alarm; null: all. */
  readonly RELAY_ALARM: Recent & { readonly alarms: readonly string[] | null };
  /** About callbacks that should have come. */
  readonly MISSING: Recent & { readonly reasons: readonly MissingReason[]; readonly sureness: readonly Sureness[] };
  /** About callbacks that wait for a decision, by reason, if at least this many have the same one. */
  readonly QUARANTINE: { readonly reasons: readonly QuarantineReason[]; readonly threshold: number };
  /** About trouble of this service. */
  readonly SERVICE: { readonly troubles: readonly ServiceTrouble[] };
}

/** A rule of one kind. */
export type RuleOf<Kind extends AlertKind> = RuleBasics & { readonly when: Kind } & OfKind[Kind];

/** A rule of the file, with its defaults. */
export type AlertRule = { [Kind in AlertKind]: RuleOf<Kind> }[AlertKind];

/** Where messages are sent. URL, headers and secret are never logged or shown. */
export interface AlertTarget extends DeliveryTarget, MessageTarget {
  readonly format: AlertFormat;
}

/** The defaults of a rule. */
export const defaultsOfRule = { threshold: 1, forSeconds: 0, quietSeconds: 0, groupSeconds: 60 } as const;

/** Pushes from which a stream counts as flapping, by default. */
export const flappingThreshold = 5;

/**
 * Seconds within which it must have happened. An hour: an end that callbacks report late is still an end. Ten minutes:
 * older trouble is over. A day: a callback is known to be missing a quarter of an hour later at the soonest.
 */
export const withinSecondsOf = {
  PUSH_ENDED: 3_600,
  RELAY_EXIT: 3_600,
  FLAPPING: 600,
  RELAY_ALARM: 600,
  MISSING: 24 * 3_600,
} as const satisfies Partial<Record<AlertKind, number>>;

/** The defaults of a target. DingTalk and WeCom take 20 messages in a minute, and block senders of more. */
export const defaultsOfTarget = { format: 'STANDARD', perMinute: 20 } as const;
