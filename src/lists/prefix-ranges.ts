import { addressKey, textKeyMark } from '../kernel/addresses.ts';

/** The texts from one on, and before another, in SQLite's order of code points; null: to the last. */
export interface TextRange {
  readonly from: string;
  readonly before: string | null;
}

/** At least one: no index is sought by none. */
export type SomeRanges = readonly [TextRange, ...TextRange[]];

/** The texts with a prefix: a range, so that an index can serve it. LIKE would ignore case and interpret % and _. */
export function prefixRange(prefix: string): TextRange {
  return { from: prefix, before: firstTextAfter(prefix) };
}

/**
 * Ranges of keys that hold every address whose text, in any notation, has the prefix; others are among them. So the index of keys serves
 * prefixes too, and no index of the texts is needed.
 */
export function addressPrefixRanges(prefix: string): SomeRanges {
  return [prefixRange(`${textKeyMark}${prefix}`), ...ipv4Ranges(prefix), ...ipv6Ranges(prefix)];
}

function ipv4Ranges(prefix: string): readonly TextRange[] {
  if (!/^\d{0,3}(\.\d{0,3}){0,3}$/.test(prefix)) return [];
  const bytes = prefix.split('.');
  const begun = bytes.pop() ?? '';
  if (bytes.some((byte) => byte === '' || Number(byte) > 255)) return [];
  const filled = (byte: number, rest: string) => [...bytes, byte, rest, rest, rest].slice(0, 4).join('.');
  return numbersBeginning(begun, { base: 10, digitsMax: 3, max: 255 }).map(({ least, most }) =>
    keysBetween(filled(least, '0'), filled(most, '255')),
  );
}

/** After `::`, a zone or an IPv4 address inside it, nothing is known of the groups: all that may follow are in the range. */
function ipv6Ranges(prefix: string): readonly TextRange[] {
  const [known = ''] = prefix.split(/::|%/);
  const groups = known.startsWith(':') ? [''] : known.split(':');
  const isCut = known !== prefix && !prefix.startsWith(':');
  const last = isCut || groups.length > groupsBeforeIpv4 ? '' : (groups.pop() ?? '');
  const whole = groups.slice(0, groupsBeforeIpv4);
  if (!/^[\da-f]{0,4}$/i.test(last) || whole.some((group) => !/^[\da-f]{1,4}$/i.test(group))) return [];
  const filled = (group: number, rest: string) =>
    [...whole, group.toString(16), ...Array.from({ length: 8 }, () => rest)].slice(0, 8).join(':');
  return numbersBeginning(last, { base: 16, digitsMax: 4, max: 0xffff }).map(({ least, most }) =>
    keysBetween(filled(least, '0'), filled(most, 'ffff')),
  );
}

/** The last two groups may be written as an IPv4 address, whose digits are not those of the groups. */
const groupsBeforeIpv4 = 6;

interface Digits {
  readonly base: number;
  readonly digitsMax: number;
  readonly max: number;
}

/** The numbers whose digits begin with the given ones: a range for each possible count of digits. */
function numbersBeginning(digits: string, { base, digitsMax, max }: Digits) {
  if (digits === '') return [{ least: 0, most: max }];
  return Array.from({ length: digitsMax - digits.length + 1 }, (_, more) => {
    const least = Number.parseInt(digits, base) * base ** more;
    return { least, most: Math.min(max, least + base ** more - 1) };
  }).filter(({ least }) => least <= max);
}

/** No key begins with another, so the first text after the last of them excludes no other. */
function keysBetween(first: string, last: string): TextRange {
  return { from: addressKey(first), before: firstTextAfter(addressKey(last)) };
}

const lastCodePoint = 0x10ffff;
const surrogates = { first: 0xd800, last: 0xdfff };

/** The least text greater than every text with the prefix, in SQLite's code point order; null if there is none. */
function firstTextAfter(prefix: string): string | null {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.at(-1) === lastCodePoint) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return null;
  // Surrogates are not characters and cannot be compared with.
  const next = last + 1 === surrogates.first ? surrogates.last + 1 : last + 1;
  return String.fromCodePoint(...codePoints, next);
}
