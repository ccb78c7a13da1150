/** What is expected where no single value is: what fits, and how it is called in a list of differences. */
export class Matcher {
  constructor(
    readonly words: string,
    readonly fits: (found: unknown) => boolean,
  ) {}
}

export type Expected = string | number | boolean | null | Matcher | readonly Expected[] | ExpectedFields;
export interface ExpectedFields {
  readonly [name: string]: Expected;
}

/** Some moment: when something arrived is not known beforehand. */
export const someMoment = new Matcher(
  'a moment',
  (found) => typeof found === 'string' && !Number.isNaN(Date.parse(found)),
);

/** Nothing decides what stands here. */
export const anything = new Matcher('anything', () => true);

export function between(least: number, most: number): Expected {
  if (least === most) return least;
  const words = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  return new Matcher(words, (found) => typeof found === 'number' && found >= least && found <= most);
}

const hidden = '(hidden)';

/** A text that operators read as it was sent, and viewers without the queries of the URLs in it. */
export function urlText(text: string): Expected {
  const forViewers = text.replace(/\?\S*/g, `?${hidden}`);
  if (forViewers === text) return text;
  return new Matcher(JSON.stringify(text), (found) => found === text || found === forViewers);
}

/** A text that only operators read. */
export function secretText(text: string): Expected {
  return new Matcher(JSON.stringify(text), (found) => found === text || found === hidden);
}

export function moment(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
