import { Matcher, type Expected, type ExpectedFields } from '../expected/matcher.ts';

/** One field of the ledger that differs from what is expected. */
export interface Difference {
  /** Which session, task, callback or quarantine group, and which field of it. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/** Everything of one kind, by names that the expected and the actual ledger share. */
export type ByName<Value> = ReadonlyMap<string, Value>;

/** The fields of one session, task or callback as the ledger shows them; lists are keyed as in `ExpectedFields`. */
export type ActualFields = Readonly<Record<string, unknown>>;

export function differencesBetween(expected: ByName<ExpectedFields>, found: ByName<ActualFields>): Difference[] {
  const differences: Difference[] = [];
  for (const [name, fields] of expected) {
    const there = found.get(name);
    if (there === undefined) differences.push({ where: name, expected: 'to be there', found: 'nothing' });
    else differences.push(...differencesOfValue(name, fields, there));
  }
  for (const name of found.keys()) {
    if (!expected.has(name)) differences.push({ where: name, expected: 'nothing', found: 'there' });
  }
  return differences;
}

function differencesOfValue(where: string, expected: Expected, found: unknown): Difference[] {
  if (expected instanceof Matcher)
    return expected.matches(found) ? [] : [difference(where, expected.description, found)];
  if (Array.isArray(expected)) return differencesOfList(where, expected as readonly Expected[], found);
  if (typeof expected !== 'object' || expected === null) {
    const text = JSON.stringify(expected);
    return text === JSON.stringify(found) ? [] : [difference(where, text, found)];
  }
  if (typeof found !== 'object' || found === null) return [difference(where, 'an object', found)];
  const fields = found as ActualFields;
  const named = Object.entries(expected as ExpectedFields).flatMap(([name, value]) => {
    if (!Object.hasOwn(fields, name))
      return [{ where: `${where} ${name}`, expected: describe(value), found: 'nothing' }];
    return differencesOfValue(`${where} ${name}`, value, fields[name]);
  });
  const more = Object.keys(fields).filter((name) => !Object.hasOwn(expected, name));
  return [...named, ...more.map((name) => ({ where: `${where} ${name}`, expected: 'nothing', found: 'there' }))];
}

function differencesOfList(where: string, expected: readonly Expected[], found: unknown): Difference[] {
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  if (list.length !== expected.length) return [difference(where, `[${expected.map(describe).join(',')}]`, found)];
  return expected.flatMap((value, index) => differencesOfValue(`${where} ${index + 1}`, value, list[index]));
}

function difference(where: string, expected: string, found: unknown): Difference {
  return { where, expected, found: JSON.stringify(found) };
}

function describe(value: Expected): string {
  if (value instanceof Matcher) return value.description;
  return typeof value === 'object' && value !== null ? 'to be there' : JSON.stringify(value);
}
