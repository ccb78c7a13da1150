import { isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';

// What JSON files with settings consist of. Problems say what is allowed, and never quote a value: it may be a secret.

const must = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is missing' : `must ${what}`),
});

/** A text with bounds on its length. A number is none: of a long id, the parser of JSON has rounded it. */
export function text(lengthMin: number, lengthMax: number) {
  const what = `be a text of ${lengthMin} to ${lengthMax} characters`;
  const wrong = {
    error: ({ input }: { readonly input?: unknown }) =>
      must(typeof input === 'number' ? `${what}, in quotes` : what).error({ input }),
  };
  return z.string(wrong).min(lengthMin, wrong).max(lengthMax, wrong);
}

/** A text that a pattern matches. */
export function textLike(pattern: RegExp) {
  const wrong = must(`be a text that matches ${pattern.source}`);
  return z.string(wrong).regex(pattern, wrong);
}

/** The name of a target or a rule: it is part of the names of streams, and of files of progress. */
export const settingName = textLike(/^[\w.-]{1,64}$/);

/** A whole number with its bounds, which are included. */
export function wholeNumber(min: number, max: number) {
  const wrong = must(`be a whole number from ${min} to ${max}`);
  return z.int(wrong).min(min, wrong).max(max, wrong);
}

/** A boolean of JSON: no word that means one. */
export const trueOrFalse = () => z.boolean(must('be true or false'));

/** One of some words. */
export const word = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, must(`be one of ${words.join(', ')}`));

/** A list of at least one entry. */
export function list<Entry extends z.ZodType>(entry: Entry, entriesMax: number) {
  const wrong = `must have 1 to ${entriesMax} entries`;
  return z.array(entry, must('be a list')).min(1, wrong).max(entriesMax, wrong);
}

/** An unknown key is a problem: a misspelt one would silently do nothing. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${unknownKeys(issue.keys)}; there are ${known}`
        : must('be an object').error(issue),
  });
}

/** A key is named, unless it is so long that it may be a value. */
function unknownKeys(keys: readonly string[]): string {
  return keys.map((key) => `${/^[a-z]{1,32}$/i.test(key) ? `"${key}"` : 'a key'} is unknown`).join(', ');
}

/** The value as its schema reads it; null if it is wrong: then `problems` gets what is, each with its path in the file. */
export function readPart<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  { at = '', problems }: { readonly at?: string; readonly problems: string[] },
): z.output<Schema> | null {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  // A number can break two rules that one sentence is about.
  const found = read.error.issues.map(({ path, message }) => `${pathOf(at, path)}: ${message}`);
  problems.push(...new Set(found));
  return null;
}

function pathOf(at: string, keys: readonly PropertyKey[]): string {
  const path = keys.reduce<string>(
    (within, key) => (typeof key === 'number' ? `${within}[${key}]` : `${within}${within && '.'}${String(key)}`),
    at,
  );
  return path || 'the file';
}

/** The same for the text of a file. */
export function readJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  problems: string[],
): z.output<Schema> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    problems.push(notJson);
    return null;
  }
  return readPart(value, schema, { problems });
}

/**
 * The problems of a file, each with its line; a text that is no JSON has one for each line at which that shows. A file of one
 * line needs none.
 */
export function withLines(text: string, problems: readonly string[]): string[] {
  if (problems.length === 0 || !text.trim().includes('\n')) return [...problems];
  // JSON is YAML, whose parser knows where everything is and goes on after a fault. Its messages may quote the text.
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  return problems.flatMap((problem) => {
    if (problem !== notJson) return `line ${lineAt(offsetOf(document, problem))}, ${problem}`;
    const found = new Set(document.errors.map(({ pos: [offset] }) => lineAt(offset)));
    // What YAML has and JSON has not, such as a comma after the last entry.
    if (found.size === 0) found.add(lineAt(Number(/position (\d+)/.exec(faultOf(text))?.[1] ?? 0)));
    return [...found].map((line) => `line ${line}: ${notJsonThere}`);
  });
}

const notJson = 'the file is not JSON';
const notJsonThere = 'no JSON: a comma, a quote or a bracket is missing or too much, here or just before';

/** What V8 says of a text that is no JSON. */
function faultOf(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Where the innermost of the values is that the path of a problem names, `rules[0].filter.paths[3]: …`. */
function offsetOf(document: ReturnType<typeof parseDocument>, problem: string): number {
  const path = [...(/^[^:]*/.exec(problem)?.[0].matchAll(/\[(\d+)\]|[^.[\]]+/g) ?? [])].map(([key, index]) =>
    index === undefined ? key : Number(index),
  );
  for (; path.length > 0; path.pop()) {
    const node: unknown = document.getIn(path, true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}
