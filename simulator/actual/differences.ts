import { Matcher, type Expected, type ExpectedFields } from '../expected/matcher.ts';

/** One thing that the ledger tells otherwise than it happened. */
export interface Difference {
  /** Which session, task, callback or share of the quarantine, and which field of it. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/** What there is of one kind, by a name that both sides give it. */
export type Things<Value> = ReadonlyMap<string, Value>;

/** A thing as it was found: keyed lists and fields, as in what is expected. */
export type FoundFields = Readonly<Record<string, unknown>>;

export function differencesBetween(expected: Things<ExpectedFields>, found: Things<FoundFields>): Difference[] {
  const differences: Difference[] = [];
  for (const [name, fields] of expected) {
    const there = found.get(name);
    if (there === undefined) differences.push({ where: name, expected: 'to be there', found: 'nothing' });
    else differences.push(...ofValue(name, fields, there));
  }
  for (const name of found.keys()) {
    if (!expected.has(name)) differences.push({ where: name, expected: 'nothing', found: 'there' });
  }
  return differences;
}

function ofValue(where: string, expected: Expected, found: unknown): Difference[] {
  if (expected instanceof Matcher) return expected.fits(found) ? [] : [difference(where, expected.words, found)];
  if (Array.isArray(expected)) return ofList(where, expected as readonly Expected[], found);
  if (typeof expected !== 'object' || expected === null) {
    const text = JSON.stringify(expected);
    return text === JSON.stringify(found) ? [] : [difference(where, text, found)];
  }
  if (typeof found !== 'object' || found === null) return [difference(where, 'an object', found)];
  const fields = found as FoundFields;
  const named = Object.entries(expected as ExpectedFields).flatMap(([name, value]) => {
    if (!Object.hasOwn(fields, name))
      return [{ where: `${where} ${name}`, expected: wordsOf(value), found: 'nothing' }];
    return ofValue(`${where} ${name}`, value, fields[name]);
  });
  const more = Object.keys(fields).filter((name) => !Object.hasOwn(expected, name));
  return [...named, ...more.map((name) => ({ where: `${where} ${name}`, expected: 'nothing', found: 'there' }))];
}

function ofList(where: string, expected: readonly Expected[], found: unknown): Difference[] {
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  if (list.length !== expected.length) return [difference(where, `[${expected.map(wordsOf).join(',')}]`, found)];
  return expected.flatMap((value, index) => ofValue(`${where} ${index + 1}`, value, list[index]));
}

function difference(where: string, expected: string, found: unknown): Difference {
  return { where, expected, found: JSON.stringify(found) };
}

function wordsOf(value: Expected): string {
  if (value instanceof Matcher) return value.words;
  return typeof value === 'object' && value !== null ? 'to be there' : JSON.stringify(value);
}
