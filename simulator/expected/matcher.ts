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

const hidden = '(hidden)';

/** A text that operators see as sent, and viewers without the queries of its URLs. */
export function urlText(text: string): Expected {
  const forViewers = text.replace(/\?\S*/g, `?${hidden}`);
  if (forViewers === text) return text;
  return new Matcher(JSON.stringify(text), (found) => found === text || found === forViewers);
}

/** A text that only operators see. */
export function secretText(text: string): Expected {
  return new Matcher(JSON.stringify(text), (found) => found === text || found === hidden);
}

export function moment(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
