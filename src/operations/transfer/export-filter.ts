import type { BodyFilter } from '../../callbacks/body-filter.ts';
import { splitList } from '../../settings/settings-reader.ts';
import type { Flags, GivenFlags } from '../../commands/command-line.ts';

/** The flags of the filter, in the order in which the first line of an export has their lists. */
export const filterFlags = {
  'event-type': { key: 'eventTypes', meaning: 'event_type, such as 1' },
  'app-id': { key: 'appIds', meaning: 'account' },
  domain: { key: 'domains', meaning: 'push domain; of a relay callback, that of its to_url' },
  path: { key: 'paths', meaning: 'push path; of a relay callback, that of its to_url' },
  'stream-id': { key: 'streamIds', meaning: 'stream' },
} as const satisfies Readonly<Record<string, { readonly key: keyof BodyFilter; readonly meaning: string }>>;

/** The same as flags of a command. Each may be given several times. */
export const exportFilterFlags: Flags = Object.fromEntries(
  Object.entries(filterFlags).map(([flag, { meaning }]) => [
    flag,
    { fallback: '', meaning: `only callbacks of this ${meaning}; repeatable`, isRepeatable: true },
  ]),
);

/** Null: everything. The same values give the same filter in any order. Adds what is wrong to `problems`. */
export function readFilter(given: GivenFlags, problems: string[]): BodyFilter | null {
  const lists = Object.entries(filterFlags).flatMap(([flag, { key }]) => {
    const text = given[flag];
    if (typeof text !== 'string') return [];
    const entries = splitList(text);
    if (entries.length === 0) problems.push(`--${flag}: must not be empty`);
    const isNumber = key === 'eventTypes';
    if (isNumber && !entries.every((entry) => /^\d{1,9}$/.test(entry))) problems.push(`--${flag}: must be a number`);
    const values = entries.map((entry) => (isNumber ? Number(entry) : key === 'domains' ? entry.toLowerCase() : entry));
    return [[key, [...new Set(values)].sort()]];
  });
  return lists.length === 0 ? null : (Object.fromEntries(lists) as BodyFilter);
}
