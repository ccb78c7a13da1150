import type { Random } from '../scenario/random.ts';

/** A field of a callback body. A bigint is written as a number with all its digits. */
export type WireValue = string | number | bigint;
export type WireBody = Readonly<Record<string, WireValue>>;

/** The body as CSS writes it: on one line, in its own order of keys. */
export function jsonText(body: WireBody): string {
  return `{${membersOf(body).join(',')}}`;
}

/** The same value written differently: order of keys, spacing, escapes. */
export function otherJsonText(body: WireBody, random: Random): string {
  const [separator, end] = random.pick([
    [', ', ''],
    [',\n\t', '\n'],
    [' ,\r\n\r\n', '\r\n'],
  ]);
  const text = `{${end}${random.shuffled(membersOf(body)).join(separator)}${end}}`;
  return random.chance(0.3) ? text.replace(/[\u0080-\uffff]/g, escaped) : text;
}

function membersOf(body: WireBody): string[] {
  return Object.entries(body).map(
    ([key, value]) => `${JSON.stringify(key)}:${typeof value === 'bigint' ? String(value) : JSON.stringify(value)}`,
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
