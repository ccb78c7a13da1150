import type { RelayTaskFilter, StreamSessionFilter } from '../../api/operations.generated.ts';
import { dayOf, momentInZone } from '../../format/times.ts';

/** The possible meanings of a text, as filters for sessions and relay tasks. Null: it can't mean one of these. */
export interface ParsedSearch {
  /** Sessions that an index finds at once; these come first. */
  readonly exact: StreamSessionFilter | null;
  /** Other sessions; none is in both lists. */
  readonly sessions: StreamSessionFilter | null;
  readonly tasks: RelayTaskFilter | null;
  /** The moment that was meant, in milliseconds since 1970. */
  readonly atMs: number | null;
}

const nothing: ParsedSearch = { exact: null, sessions: null, tasks: null, atMs: null };

/** Parses the typed text: a time, a sequence, an address, a code, a task, or the beginning of a name. */
export function parseSearch(typed: string, nowMs: number, timeZone: string): ParsedSearch {
  const text = typed.trim();
  if (text === '') return nothing;
  const atMs = momentOf(text, nowMs, timeZone);
  if (atMs !== null) return { ...nothing, ...liveAt(new Date(atMs).toISOString()), atMs };
  if (/^\d{18,19}$/.test(text)) return { ...nothing, exact: { sequence: { eq: text } } };
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]*:[0-9a-f:]+$/i.test(text)) {
    const exact = { userIp: { eq: text } };
    return { ...nothing, exact, sessions: { accessPoint: { eq: text }, not: exact } };
  }
  const code = /^-?\d{1,5}$/.test(text) ? Number(text) : null;
  const names: StreamSessionFilter[] = [
    { streamId: { startsWith: text } },
    { domain: { startsWith: text.toLowerCase() } },
  ];
  const exact: StreamSessionFilter = code === null ? { streamId: { eq: text } } : { endCode: { eq: code } };
  return {
    exact,
    sessions: { or: names, not: exact },
    tasks: {
      or: [
        { taskId: { eq: text } },
        { streamId: { startsWith: text } },
        ...(code === null ? [] : [{ everExitedWith: { eq: code } }]),
      ],
    },
    atMs: null,
  };
}

/** What was live at a moment, and what ended in the minute before it. */
function liveAt(at: string): Pick<ParsedSearch, 'sessions'> {
  return { sessions: { startedAt: { lte: at }, or: [{ endedAt: { gte: at } }, { state: { eq: 'LIVE' } }] } };
}

/** `20:10`, `yesterday 20:10`, `2026-11-21 20:10`, each with seconds or without, by the clock of the reader. */
function momentOf(text: string, nowMs: number, timeZone: string): number | null {
  const match = /^(?:(yesterday|\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})(?::(\d{2}))?$/i.exec(text);
  if (match === null) return null;
  const [, day, hour = '', minute = '', second = '0'] = match;
  const clock = [hour, minute, second].map((part) => part.padStart(2, '0')).join(':');
  const today = dayOf(nowMs, timeZone);
  if (day !== undefined && /^\d/.test(day)) return momentInZone(day, clock, timeZone);
  const moment = momentInZone(day === undefined ? today : dayBefore(today), clock, timeZone);
  // A clock time alone that is later than now means yesterday.
  return day === undefined && moment !== null && moment > nowMs
    ? momentInZone(dayBefore(today), clock, timeZone)
    : moment;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}
