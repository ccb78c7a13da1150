import type { GroupValue } from '../../analysis/statistics/statistics.ts';
import type { TypedStatisticsQuestion } from '../../analysis/statistics/happenings.ts';
import type { FieldCondition } from '../../lists/listing.ts';
import { list, text, wholeNumber } from '../../settings/json-settings.ts';
import { alertKind, threshold, withinSeconds } from '../alert-rule.ts';
import { answerTo, conditionsOf, found, ofStream, streamDimensions, streamFilter, subjectsMax } from './findings.ts';
import type { Findings, Sources } from './findings.ts';

// What CSS reports of streams beside their pushes, counted on the threads of analyses.

/** Levels at which something was not recorded, or may not have been. */
const failures = ['error', 'alarm'];

/** Push errors: what CSS notices in what encoders send (321). */
export const pushErrorsReported = alertKind({
  when: 'PUSH_ERRORS',
  description: 'A stream in whose push CSS notices errors, such as jumping timestamps or a low frame rate.',
  settings: {
    filter: streamFilter,
    types: list(wholeNumber(0, 1_000), 100)
      .describe('Only errors of these types, by their numbers in docs/callbacks.md. Left out: of any type.')
      .optional(),
    withinSeconds: withinSeconds(600),
    errors: threshold('Errors of one type in the stream within that time.', 10),
  },
  everyMs: 10_000,
  openFind: ({ filter, types, ...rule }, sources) => {
    const ofTypes = types === undefined ? [] : [{ field: 'type', operator: 'in', values: types } as const];
    const counted = { list: 'pushErrors', dimension: 'TYPE', conditions: [...conditionsOf(filter), ...ofTypes] };
    return (nowMs) =>
      findReported({ ...counted, ...rule, least: rule.errors }, sources, nowMs, (of, times, type) => ({
        summary: `${of} had ${times} errors${type === null ? '' : ` of the type ${type}`} in its push within ${rule.withinSeconds} seconds.`,
        facts: { errors: times, ...(type !== null && { errorType: type }) },
      }));
  },
});

/** Recordings that failed (332, 341). */
export const recordingFailed = alertKind({
  when: 'RECORDING_FAILED',
  description:
    'A stream whose recording could not begin, failed, or reported an exception of the level error or alarm.',
  settings: {
    filter: streamFilter,
    events: list(text(1, 64), 20)
      .describe('Only these events, such as record_start_failed. Left out: all that are failures.')
      .optional(),
    withinSeconds: withinSeconds(600),
  },
  everyMs: 10_000,
  openFind: ({ filter, events, ...rule }, sources) => {
    const ofEvents =
      events === undefined
        ? ({ field: 'level', operator: 'in', values: failures } as const)
        : ({ field: 'event', operator: 'in', values: events } as const);
    const counted = { list: 'recordingEvents', dimension: 'EVENT', conditions: [...conditionsOf(filter), ofEvents] };
    return (nowMs) =>
      findReported({ ...counted, ...rule, least: 1 }, sources, nowMs, (of, times, event) => ({
        summary: `The recording of ${of} had trouble ${times} times within ${rule.withinSeconds} seconds: ${event ?? 'unknown'}.`,
        facts: { times, ...(event !== null && { event }) },
      }));
  },
});

/** What is counted: in which list, by which of its fields besides the stream, under which conditions. */
interface Counted {
  readonly list: string;
  readonly dimension: string;
  readonly conditions: readonly FieldCondition<string>[];
  readonly withinSeconds: number;
  readonly least: number;
}

type Words = (
  of: string,
  times: number,
  value: GroupValue,
) => { summary: string; facts: Record<string, string | number> };

/** The streams with at least so many of one value, the most first. */
async function findReported(
  { list: name, dimension, conditions, withinSeconds: seconds, least }: Counted,
  { analyses }: Sources,
  nowMs: number,
  words: Words,
): Promise<Findings> {
  const question: TypedStatisticsQuestion = {
    kind: 'typedStatistics',
    list: name,
    condition: { and: conditions },
    dimensions: [...streamDimensions, dimension],
    window: { fromMs: nowMs - seconds * 1_000, toMs: nowMs + 1 },
    period: null,
    timeZone: 'UTC',
    order: { by: 'COUNT', descending: true },
    rowsMax: subjectsMax,
  };
  const { rows } = await answerTo(analyses, question);
  const subjects = rows.flatMap(({ count, group }) => {
    if (count < least) return [];
    const value = group[streamDimensions.length] ?? null;
    const stream = ofStream(group, String(value));
    const { summary, facts } = words(stream.title, count, value);
    return [{ key: stream.key, summary, facts: { ...stream.facts, ...facts } }];
  });
  return found(subjects, subjects.length >= subjectsMax);
}
