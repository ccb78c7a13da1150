import { literally } from '../../src/kernel/secrets.ts';

/** An expectation that several values meet. Reports show `description` if a value does not. */
export class Matcher {
  constructor(
    readonly description: string,
    readonly matches: (found: unknown) => boolean,
  ) {}
}

/** A value that GraphQL must answer, or a matcher if several are right. */
export type Expected = string | number | boolean | null | Matcher | readonly Expected[] | ExpectedFields;
/** The fields of an object to compare; other fields may have any value. */
export interface ExpectedFields {
  readonly [name: string]: Expected;
}

/** Any time, because the time of an arrival is not known beforehand. */
export const anyMoment = new Matcher(
  'a moment',
  (found) => typeof found === 'string' && !Number.isNaN(Date.parse(found)),
);

/** Any value, because nothing determines it. */
export const anything = new Matcher('anything', () => true);

export function between(min: number, max: number): Expected {
  if (min === max) return min;
  const description = max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  return new Matcher(description, (found) => typeof found === 'number' && found >= min && found <= max);
}

/** What is shown instead of a part that a role may not read: with a fingerprint, so that equal parts look equal. */
const hidden = /\(hidden(?: [0-9a-f]{12})?\)/;

/** A text that may have parts which not every role may read: addresses, queries and logins. */
export function partlyHidden(text: string): Expected {
  return new Matcher(JSON.stringify(text), (found) => found === text || hidesPartOf(found, text));
}

function hidesPartOf(found: unknown, text: string): boolean {
  if (typeof found !== 'string' || !hidden.test(found)) return false;
  const shown = found.split(hidden).map(literally);
  return new RegExp(`^${shown.join('.+')}$`, 's').test(text);
}

export function moment(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
