import { hash } from 'node:crypto';
import type { AlertSubject } from '../alert-events.ts';
import type { FieldCondition } from '../../lists/listing.ts';
import type { StreamFilter } from '../alert-rule.ts';

/** Code units of a name in a fact. */
const nameLengthMax = 128;

/** What distinguishes streams. */
export interface StreamNames {
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

/** A relay task as people write it, with the stream that it pushes. */
export function taskTitleOf(taskId: string, names: StreamNames): string {
  const target = titleOf(names);
  return `Relay task ${cut(taskId)}${target === '' ? '' : ` to ${target}`}`;
}

/** A text as far as messages show it. */
export function cut(text: string): string {
  return text.length <= nameLengthMax ? text : `${text.slice(0, nameLengthMax).toWellFormed()}…`;
}

/** The conditions of a filter, which lists of sessions and of tasks have in common. */
export function conditionsOf(filter: StreamFilter): FieldCondition<'appId' | 'domain' | 'path' | 'streamId'>[] {
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
