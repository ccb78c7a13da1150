import { hash } from 'node:crypto';
import type * as z from 'zod';
import type { GroupValue } from '../../analysis/statistics/statistics.ts';
import type { Analyses, AnalysisQuestion, AnswerOf } from '../../analysis/threads/start.ts';
import { RowBudget, type FieldCondition } from '../../lists/listing.ts';
import type { ReadModelReader } from '../../projecting/file/read-model-reader.ts';
import { list, object, text } from '../../settings/json-settings.ts';
import type { Alert, AlertSubject } from '../alert-events.ts';

/** What meets the condition of a rule at a moment. */
export interface Findings {
  readonly current: readonly AlertSubject[];
  /** Whether it is unknown if a subject outside `current` meets the condition: its alert then neither begins nor ends. */
  readonly isUnknown: (key: string) => boolean;
  /** The summary of an alert when it ends; by default, the one from when it began. */
  readonly summaryAtEnd?: (alert: Alert) => string;
}

/** Trouble of the service itself. The log uses these words, so they never change. */
export const serviceTroubles = ['PROJECTION_STALLED', 'PROJECTION_BEHIND', 'POISONED', 'FORWARDING', 'DISK'] as const;
export type ServiceTrouble = (typeof serviceTroubles)[number];

/** For each trouble of this service, whether it has it; null: not known yet. */
export type Troubles = Readonly<Record<ServiceTrouble, boolean | null>>;

/** The sources that conditions are evaluated on. */
export interface Sources {
  readonly readModel: ReadModelReader;
  readonly analyses: Analyses;
  /** What is wrong with this service now. */
  readonly troubles: () => Promise<Troubles>;
  /** The host of this node, if another node may evaluate after it; null: it is the only one. */
  readonly node: string | null;
}

/** Finds what meets the condition of one rule, now. */
export type FindSubjects = (nowMs: number) => Promise<Findings>;

/** Subjects of a rule that are examined: the newest. */
export const subjectsMax = 500;

/** Rows that one look at a list may examine if no index gives exactly the rows asked for. */
const rowsMax = 10_000;

/** No other subject meets the condition; if the list was cut, this is not known. */
export const found = (current: readonly AlertSubject[], wasCut = false): Findings => ({
  current,
  isUnknown: () => wasCut,
});

/** Asks one question by itself. @throws LedgerError - as `Analyses.ask` */
export async function answerTo<Question extends AnalysisQuestion>(
  analyses: Analyses,
  question: Question,
): Promise<AnswerOf<Question>> {
  const { answers } = await analyses.ask([question], new AbortController().signal);
  return answers[0] as AnswerOf<Question>;
}

/** The arguments for the first rows of a list; `countMax`: counts them up to that number. */
export function firstRows(rows: number, countMax: number | null = null) {
  const budget = new RowBudget(rowsMax);
  return { direction: 'forwards', from: null, rowsMax: rows, countMax, budget } as const;
}

/** Code units of a name in a fact. */
const nameLengthMax = 128;

/** What distinguishes streams. */
interface StreamNames {
  readonly appId: string | null;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
}

/** A key that is as long for every subject. */
export function keyOf(...parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}

/** The names of a stream that are known. */
export function factsOf(names: StreamNames): AlertSubject['facts'] {
  const { appId, domain, path, streamId } = names;
  const facts = Object.entries({ appId, domain, path, streamId });
  return Object.fromEntries(facts.flatMap(([name, value]) => (value === null ? [] : [[name, cut(value)]])));
}

/** A stream as people write it. */
export function titleOf({ domain, path, streamId }: StreamNames): string {
  return cut([domain, path, streamId].filter((part) => part !== null && part !== '').join('/'));
}

/** The dimensions of statistics that distinguish streams. */
export const streamDimensions = ['APP_ID', 'DOMAIN', 'PATH', 'STREAM_ID'] as const;

/** What an alert has of a row of statistics that is grouped by these dimensions; `more` distinguishes alerts of one stream. */
export function ofStream(group: readonly GroupValue[], ...more: readonly string[]) {
  const names = group.map((value) => (value === null ? null : String(value)));
  const [appId = null, domain = null, path = null, streamId = null] = names;
  const stream = { appId, domain, path, streamId };
  return { title: titleOf(stream), key: keyOf(appId, domain, path, streamId, ...more), facts: factsOf(stream) };
}

/** A relay task as people write it, with the stream that it pushes. */
export function taskTitleOf(taskId: string, names: StreamNames): string {
  const target = titleOf(names);
  return `Relay task ${cut(taskId)}${target === '' ? '' : ` to ${target}`}`;
}

/** A text as far as messages show it. */
export function cut(text: string): string {
  return text.length <= nameLengthMax ? text : `${text.slice(0, nameLengthMax).toWellFormed()}…`;
}

/** Entries of a list of a rule. */
export const entriesMax = 1_000;

/** A list of names, as callbacks have them. */
export const names = (description: string) => list(text(1, 256), entriesMax).describe(description);

/** Everything, if no list is set; otherwise whatever has a value of each list that is set. */
export const streamFilter = object({
  appIds: names('Accounts.').optional(),
  domains: names('Push domains; of a relay task, that of its target.').optional(),
  paths: names('Push paths.').optional(),
  streamIds: names('Stream names.').optional(),
})
  .describe('What the rule is about. Everything, where it is left out; else what has a value of each list that is set.')
  .default({});

/** The conditions of a filter, which lists of sessions and of tasks have in common. */
export function conditionsOf(
  filter: z.output<typeof streamFilter>,
): FieldCondition<'appId' | 'domain' | 'path' | 'streamId'>[] {
  const { appIds, domains, paths, streamIds } = filter;
  const lowerCase = domains?.map((domain) => domain.toLowerCase());
  const lists = [
    ['appId', appIds],
    ['domain', lowerCase],
    ['path', paths],
    ['streamId', streamIds],
  ] as const;
  return lists.flatMap(([field, values]) => (values === undefined ? [] : [{ field, operator: 'in' as const, values }]));
}

/** The conditions that only rows of one stream meet. */
export function sameStream(names: StreamNames): FieldCondition<keyof StreamNames>[] {
  return (['appId', 'domain', 'path', 'streamId'] as const).map((field) => {
    const value = names[field];
    return value === null ? { field, operator: 'isNull', isNull: true } : { field, operator: 'eq', value };
  });
}
