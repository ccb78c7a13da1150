/** The words and forms in which readers of a language write times. */
export interface TimeWords {
  /** Months by their names and abbreviations, from 1. */
  readonly months: ReadonlyMap<string, number>;
  /** Days of the week by their names and abbreviations, from 0 for Sunday. */
  readonly weekdays: ReadonlyMap<string, number>;
  /** "Today" is 0, "yesterday" is −1. */
  readonly days: ReadonlyMap<string, number>;
  /** Hours to add to a clock that says before or after noon: 0 or 12. */
  readonly halves: ReadonlyMap<string, number>;
  /** Whether 3/4 is the third of April. */
  readonly isDayFirst: boolean;
  /** What is between hours and minutes besides a colon: Indonesian writes 20.10. */
  readonly clockSeparators: string;
  /** How long ago something was, with the number as the group `count`, and its unit in milliseconds. */
  readonly ago: readonly { readonly pattern: RegExp; readonly unitMs: number }[];
}

const known = new Map<string, TimeWords>();

/** Those of English and of another language. */
export function timeWordsOf(language: string): TimeWords {
  const words = known.get(language) ?? makeWords([...new Set(['en-GB', 'en-US', language])], language);
  known.set(language, words);
  return words;
}

function makeWords(languages: readonly string[], language: string): TimeWords {
  const numeric = partsOf(language, Date.UTC(2026, 11, 28), { day: 'numeric', month: 'numeric' });
  const clock = partsOf(language, Date.UTC(2026, 11, 28, 20, 10), { hour: '2-digit', minute: '2-digit' });
  const separator = clock.find(({ type }) => type === 'literal')?.value.trim();
  return {
    months: named(languages, 'month'),
    weekdays: named(languages, 'weekday'),
    days: new Map(
      languages.flatMap((each) =>
        [0, -1, -2].map((days) => [
          new Intl.RelativeTimeFormat(each, { numeric: 'auto' }).format(days, 'day').toLowerCase(),
          days,
        ]),
      ),
    ),
    halves: new Map([
      ...languages.flatMap((each) =>
        [0, 12].map((hour): [string, number] => [
          valueOf(each, Date.UTC(2026, 0, 1, hour + 1), 'dayPeriod', { hour: 'numeric', hour12: true }),
          hour,
        ]),
      ),
      ['a.m.', 0],
      ['p.m.', 12],
    ]),
    isDayFirst: numeric.findIndex(({ type }) => type === 'day') < numeric.findIndex(({ type }) => type === 'month'),
    clockSeparators: separator === '.' ? ':.' : ':',
    ago: languages.flatMap(agoForms),
  };
}

const unitsMs = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** "4 minutes ago" and its shorter forms. Units of English are often written as one letter. */
function agoForms(language: string) {
  return (Object.keys(unitsMs) as (keyof typeof unitsMs)[]).flatMap((unit) => {
    const letters = language.startsWith('en') ? [`__COUNT__ ${unit.charAt(0)} ago`] : [];
    const said = [1, 7].flatMap((n) =>
      (['long', 'short', 'narrow'] as const).map((style) =>
        new Intl.RelativeTimeFormat(language, { style }).format(-n, unit).replace(String(n), '__COUNT__'),
      ),
    );
    return [...new Set([...said, ...letters])].map((form) => agoForm(form, unitsMs[unit]));
  });
}

/** A way to say how long ago something was, such as "__COUNT__ min ago". */
export function agoForm(form: string, unitMs: number): TimeWords['ago'][number] {
  const spaced = escapePattern(form)
    .replace(/ /g, String.raw`\s*`)
    .replace('__COUNT__', String.raw`(?<count>\d{1,4})`);
  return { pattern: new RegExp(String.raw`(?<![\p{L}\p{N}])${spaced}(?![\p{L}\p{N}])`, 'iu'), unitMs };
}

/** A text as a pattern that matches it alone. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}

/** Months from 1, or days of the week from 0. 2026 began with a Thursday: 1 February was a Sunday. */
function named(languages: readonly string[], type: 'month' | 'weekday'): ReadonlyMap<string, number> {
  const numbers = Array.from({ length: type === 'month' ? 12 : 7 }, (_, index) => index);
  const at = (number: number) => (type === 'month' ? Date.UTC(2026, number, 15) : Date.UTC(2026, 1, 1 + number));
  return new Map(
    languages.flatMap((language) =>
      (['long', 'short'] as const).flatMap((length) =>
        // Beside a day, as names of months may then have another form.
        numbers.map((number): [string, number] => [
          valueOf(language, at(number), type, { [type]: length, ...(type === 'month' && { day: 'numeric' }) }),
          type === 'month' ? number + 1 : number,
        ]),
      ),
    ),
  );
}

function valueOf(language: string, atMs: number, type: string, options: Intl.DateTimeFormatOptions): string {
  const part = partsOf(language, atMs, options).find((each) => each.type === type);
  return part?.value.toLowerCase().replace(/\.$/, '') ?? '';
}

function partsOf(language: string, atMs: number, options: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options }).formatToParts(atMs);
}
