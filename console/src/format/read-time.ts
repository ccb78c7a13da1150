import type { TimeSpan } from './slots.ts';
import { escapePattern, type TimeWords } from './time-words.ts';
import { dayOf, fullTimeText, momentInZone } from './times.ts';

/** What reading a time depends on. */
export interface TimeReader {
  readonly nowMs: number;
  readonly timeZone: string;
  readonly language: string;
  readonly words: TimeWords;
}

/** Why a part of a text means nothing, as a key of the translations. */
export type Unclear = 'clock' | 'date' | 'future' | 'order' | 'url' | 'address' | 'rounded' | 'word';

/** A part of a text that means nothing. */
export interface UnclearPart {
  readonly part: string;
  readonly why: Unclear;
}

/** A time that a text contains. */
export interface TimeRead {
  /** The second, minute or day that is meant. Null: the text has no time, or an unclear one. */
  readonly span: TimeSpan | null;
  /** What the text says of it: a moment of an unnamed or a named day, or how long ago; a whole day; or a longer time. */
  readonly form: 'CLOCK' | 'MOMENT' | 'DAY' | 'SPAN';
  /** The text without the time. */
  readonly rest: string;
  readonly unclear: readonly UnclearPart[];
}

interface Clock {
  readonly text: string;
  readonly hasSeconds: boolean;
  /** Milliseconds ahead of UTC, of the zone that the text names. Null: the zone of the reader. */
  readonly aheadMs: number | null;
}

/** A day as 2026-11-21, or with null instead of a year that the text does not say. */
interface Day {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
}

/** A piece of a text and its meaning. Null: it looks like a time and is none. */
interface Found<Meaning> {
  readonly text: string;
  readonly meaning: Meaning | null;
}

type Groups = Readonly<Record<string, string | undefined>>;

const minuteMs = 60_000;
const hourMs = 3_600_000;

// Not within a name, an address or a number. Chinese and Japanese have no spaces.
const start = String.raw`(?<![\p{Script=Latin}\p{N}_./:-])`;
const end = String.raw`(?![\p{Script=Latin}\p{N}_/:-]|\.[\p{L}\p{N}])`;

/** The time in a text, if there is one: in the reader's zone, unless the text names another. */
export function readTime(typed: string, reader: TimeReader): TimeRead {
  const text = typed.replace(/(\d{4}-\d{2}-\d{2})T(?=\d)/i, '$1 ');
  const clock = clockIn(text, reader) ?? agoIn(text, reader);
  const day = dayIn(clock === null ? text : text.replace(clock.text, '\0'), clock !== null, reader);
  const pieces = [clock, day].filter((each) => each !== null).map((each) => each.text);
  const rest = without(text, pieces);
  const none = { span: null, form: 'MOMENT', rest } as const;
  if (pieces.length === 0) return { ...none, unclear: [] };
  if (clock?.meaning === null) return { ...none, unclear: [{ part: clock.text.trim(), why: 'clock' }] };
  if (day?.meaning === null) return { ...none, unclear: [{ part: day.text.trim(), why: 'date' }] };
  const span = spanOf(clock?.meaning, day?.meaning, reader);
  const form = clock === null ? 'DAY' : day === null && 'hasSeconds' in clock.meaning ? 'CLOCK' : 'MOMENT';
  if (span.fromMs <= reader.nowMs) return { span, form, rest, unclear: [] };
  const part = pieces.toSorted((one, other) => text.indexOf(one) - text.indexOf(other)).map((each) => each.trim());
  return { ...none, unclear: [{ part: part.join(' '), why: 'future' }] };
}

function spanOf(clock: Clock | TimeSpan | undefined, day: Day | undefined, reader: TimeReader): TimeSpan {
  if (clock !== undefined && 'fromMs' in clock) return clock;
  const { nowMs, timeZone } = reader;
  const at = (date: string, text = clock?.text ?? '00:00:00') =>
    clock?.aheadMs == null
      ? (momentInZone(date, text, timeZone) ?? Number.NaN)
      : Date.parse(`${date}T${text}Z`) - clock.aheadMs;
  // A clock without a day, and a day without a year, are the newest that are not after now.
  const days = candidatesFor(day, dayOf(nowMs + (clock?.aheadMs ?? 0), clock?.aheadMs == null ? timeZone : 'UTC'));
  const date = days.find((each) => at(each) <= nowMs) ?? days[0] ?? '';
  const fromMs = at(date);
  return { fromMs, toMs: clock === undefined ? at(dayAfter(date, 1)) : fromMs + (clock.hasSeconds ? 1_000 : minuteMs) };
}

/** Leap days recur after eight years at most. */
const yearsBack = [0, -1, -2, -3, -4, -5, -6, -7, -8];

function candidatesFor(day: Day | undefined, today: string): readonly string[] {
  if (day === undefined) return [today, dayAfter(today, -1)];
  if (day.year !== null) return [isoDay(day.year, day)];
  const years = yearsBack.map((back) => Number(today.slice(0, 4)) + back);
  return years.filter((year) => isDay(year, day)).map((year) => isoDay(year, day));
}

/** A clock: 20:10, 20:10:32.250 GMT+8, 8:10 pm, 8pm, 下午8:10. */
function clockIn(text: string, { words, ...reader }: TimeReader): Found<Clock> | null {
  const half = oneOf(words.halves.keys());
  const between = `[${words.clockSeparators}]`;
  const minutes = String.raw`${between}(?<minute>\d{2})(?:${between}(?<second>\d{2})(?:[.,]\d{1,9})?)?`;
  const offset = String.raw`[+−-]\d{1,2}(?:[:.]?\d{2})?`;
  const zone = String.raw`\s*(?<zone>Z|(?:GMT|UTC)(?:${offset})?|[+-]\d{2}:?\d{2}|${oneOf(ownZones(reader))})`;
  const pattern = String.raw`${start}(?:(?<before>${half})\s*)?(?<hour>\d{1,2})(?:${minutes})?(?:\s*(?<after>${half}))?(?:${zone})?${end}`;
  for (const { 0: found, groups = {} } of text.matchAll(new RegExp(pattern, 'giu'))) {
    if (groups['minute'] !== undefined || groups['before'] !== undefined || groups['after'] !== undefined) {
      return { text: found, meaning: clockOf(groups, words) };
    }
  }
  return null;
}

function clockOf(groups: Groups, words: TimeWords): Clock | null {
  const { hour, minute = '0', second, before, after, zone } = groups;
  const half = words.halves.get((before ?? after ?? '').toLowerCase());
  const [hours, least, most] = half === undefined ? [Number(hour), 0, 23] : [(Number(hour) % 12) + half, 1, 12];
  if (Number(hour) < least || Number(hour) > most || Number(minute) > 59 || Number(second ?? 0) > 59) return null;
  const text = [hours, Number(minute), Number(second ?? 0)].map(twoDigits).join(':');
  return { text, hasSeconds: second !== undefined, aheadMs: aheadOf(zone) };
}

/** Null: the reader's own zone. */
function aheadOf(zone = ''): number | null {
  const [found, sign, hours = '0', minutes = '0'] =
    /^(?:Z|GMT|UTC)?(?:([+−-])(\d{1,2})[:.]?(\d{2})?)?$/i.exec(zone) ?? [];
  if (!found) return null;
  return (Number(hours) * hourMs + Number(minutes) * minuteMs) * (sign === undefined || sign === '+' ? 1 : -1);
}

/** How this page calls the zone of the reader after a time, in summer and in winter. */
function ownZones({ nowMs, ...style }: Omit<TimeReader, 'words'>): ReadonlySet<string> {
  const halfYearMs = 182 * 24 * hourMs;
  return new Set([nowMs, nowMs - halfYearMs].map((atMs) => fullTimeText(atMs, style).split(' ').slice(2).join(' ')));
}

/** How long ago: 4 min ago. */
function agoIn(text: string, { words, nowMs }: TimeReader): Found<TimeSpan> | null {
  for (const { pattern, unitMs } of words.ago) {
    const { 0: found, groups } = pattern.exec(text) ?? {};
    const count = Number(groups?.['count']);
    if (found === undefined || Number.isNaN(count)) continue;
    const stepMs = unitMs < minuteMs ? 1_000 : minuteMs;
    const fromMs = Math.floor((nowMs - count * unitMs) / stepMs) * stepMs;
    return { text: found, meaning: { fromMs, toMs: fromMs + stepMs } };
  }
  return null;
}

/** A day: 2026-11-21, 21 Nov, Nov 21, 11月21日, yesterday; beside a clock also 21/11 and Monday, which may be names. */
function dayIn(text: string, hasClock: boolean, reader: TimeReader): Found<Day> | null {
  const { words } = reader;
  const month = String.raw`(?<name>${oneOf(words.months.keys())})\.?`;
  const year = String.raw`(?:,?\s+(?<year>\d{4}))?`;
  const forms = [
    String.raw`(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})`,
    String.raw`(?:(?<year>\d{4})[年년]\s*)?(?<month>\d{1,2})[月월]\s*(?<day>\d{1,2})[日일]`,
    String.raw`(?<day>\d{1,2})(?:st|nd|rd|th|\.)?\s+${month}${year}`,
    String.raw`${month}\s+(?<day>\d{1,2})(?:st|nd|rd|th)?${year}`,
    `(?<relative>${oneOf(words.days.keys())})`,
    ...(hasClock
      ? [
          String.raw`(?<one>\d{1,2})[./](?<two>\d{1,2})(?:[./](?<year>\d{4}))?\.?`,
          `(?<weekday>${oneOf(words.weekdays.keys())})`,
        ]
      : []),
  ];
  for (const form of forms) {
    const { 0: found, groups } = new RegExp(start + form + end, 'iu').exec(text) ?? {};
    if (found !== undefined && groups !== undefined) return { text: found, meaning: dayOfGroups(groups, reader) };
  }
  return null;
}

function dayOfGroups(groups: Groups, { words, nowMs, timeZone }: TimeReader): Day | null {
  const { relative, weekday, name, one, two } = groups;
  const today = dayOf(nowMs, timeZone);
  if (relative !== undefined) return parts(dayAfter(today, words.days.get(relative.toLowerCase()) ?? 0));
  if (weekday !== undefined) {
    const back = (new Date(today).getUTCDay() - (words.weekdays.get(weekday.toLowerCase()) ?? 0) + 7) % 7;
    return parts(dayAfter(today, -back));
  }
  const isDayFirst = words.isDayFirst ? Number(two) <= 12 : Number(one) > 12;
  const month = groups['month'] ?? (isDayFirst ? two : one);
  const day = {
    year: groups['year'] === undefined ? null : Number(groups['year']),
    month: name === undefined ? Number(month) : (words.months.get(name.toLowerCase()) ?? 0),
    day: Number(groups['day'] ?? (isDayFirst ? one : two)),
  };
  // 29 February is a day, if the text does not say of which year.
  return isDay(day.year ?? 2000, day) ? day : null;
}

function isDay(year: number, { month, day }: Day): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const twoDigits = (n: number) => String(n).padStart(2, '0');
const isoDay = (year: number, { month, day }: Day) => `${year}-${twoDigits(month)}-${twoDigits(day)}`;

function parts(day: string): Day {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return { year, month, day: date };
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 24 * hourMs).toISOString().slice(0, 10);
}

/** As alternatives of a pattern, the longest first. */
function oneOf(texts: Iterable<string>): string {
  const escaped = [...texts].map(escapePattern);
  return escaped.sort((one, other) => other.length - one.length).join('|');
}

/** A text without pieces of it, and without the words that joined them to it. */
function without(text: string, pieces: readonly string[]): string {
  let rest = text;
  for (const piece of pieces) rest = rest.replace(piece, '\0');
  return rest
    .replace(/\0[\s,]*(?:at|on|pukul|@)?[\s,]*\0/giu, '\0')
    .replace(/(?:(?:^|\s)(?:at|on|since|pukul|@))?[\s,]*\0[\s,]*/giu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
