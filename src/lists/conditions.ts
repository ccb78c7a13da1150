import { addressKey, networkKeys, textKeyMark } from '../kernel/addresses.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { ListFilter } from './list-args-type.ts';
import { currentNameOf, type ConditionField, type ListField, type ListFields } from './list-fields.ts';
import {
  conjunctsOf,
  type Condition,
  type FieldCondition,
  type TextRange,
  type SomeRanges,
  prefixRange,
  firstTextAfter,
} from './listing.ts';

/** The operators of conditions that inputs have too. */
type Compared = Exclude<FieldCondition<string>['operator'], 'inRanges'>;

/** The operators of inputs. `within` becomes a range of keys. */
export type Operator = Compared | 'within';

export const equality = ['eq', 'ne', 'in', 'notIn'] as const;

/** Levels of filters inside filters. Three are enough for every condition: an `or` of `and`s of single comparisons, and `not`. */
export const filterDepthMax = 8;

/** Comparisons and filters in one filter: each row that is examined is compared with all of them. */
export const filterPartsMax = 50;

/**
 * The condition that a filter sets for rows. `null` means the same as an absent field.
 * `clock`: of fields that change by time alone; null if no moment would be right.
 * @throws LedgerError - BAD_USER_INPUT for a filter that is too deep or has too many parts
 */
export function toCondition<Fields extends ListFields>(
  fields: Fields,
  filter: ListFilter | null | undefined,
  clock: Clock | null = null,
): Condition<ConditionField<Fields>> {
  let parts = 0;
  return allOf(filter ?? {}, 1) as Condition<ConditionField<Fields>>;

  function allOf(one: ListFilter, depth: number): Condition<string> {
    if (depth > filterDepthMax) {
      throw refusal(`The filter nests more than ${filterDepthMax} levels deep. Flatten its and, or and not.`);
    }
    countPart();
    return { and: givenEntries(one).flatMap(([name, value]) => partsOf(currentNameOf(fields, name), value, depth)) };
  }

  function partsOf(name: string, value: unknown, depth: number): Condition<string>[] {
    const inner = () => (value as ListFilter[]).map((one) => allOf(one, depth + 1));
    if (name === 'and') return [{ and: inner() }];
    if (name === 'or') return [{ or: inner() }];
    if (name === 'not') return [{ not: allOf(value as ListFilter, depth + 1) }];
    const { kind, conditionOf, ignoresCase, keyField }: Partial<ListField> = fields[name] ?? {};
    if (conditionOf !== undefined) {
      countPart();
      return [conditionOf(value as never, clock)];
    }
    if (kind === 'MEMBERS') return someOf(name, allOf(value as ListFilter, depth + 1));
    return givenEntries(value as object).map(([operator, operand]) => {
      countPart();
      if (operator === 'within') return withinNetwork(keyField ?? name, operand as string);
      const compared = operator as Compared;
      if (keyField !== undefined && compared === 'startsWith') return startsAs(name, keyField, operand as string);
      if (keyField !== undefined && isEquality(compared)) return comparison(keyField, compared, operand, addressKey);
      return comparison(name, compared, operand, ignoresCase === true ? lowerCase : asGiven);
    });
  }

  function countPart(): void {
    parts += 1;
    if (parts > filterPartsMax) {
      throw refusal(
        `The filter has more than ${filterPartsMax} parts, each comparison and each filter inside it being one. Use in instead of many eq.`,
      );
    }
  }
}

/** A filter without a comparison sets no condition, here as everywhere: it does not ask whether there is an entry. */
function someOf(field: string, meets: Condition<string>): Condition<string>[] {
  return conjunctsOf(meets).length === 0 ? [] : [{ someOf: field, meets }];
}

function givenEntries(input: object): [name: string, value: unknown][] {
  return Object.entries(input).filter(([, value]) => value != null);
}

function isEquality(operator: Operator): boolean {
  return (equality as readonly Operator[]).includes(operator);
}

const asGiven = (text: string) => text;
const lowerCase = (text: string) => text.toLowerCase();

/** `readText` makes the texts that rows have of the given ones. */
export function comparison(
  field: string,
  operator: Compared,
  operand: unknown,
  readText: (text: string) => string,
): FieldCondition<string> {
  if (operator === 'isNull') return { field, operator, isNull: operand === true };
  const read = (value: string | number | boolean) => (typeof value === 'string' ? readText(value) : Number(value));
  if (operator === 'in' || operator === 'notIn') {
    return { field, operator, values: (operand as (string | number)[]).map(read) };
  }
  return { field, operator, value: read(operand as string | number | boolean) };
}

/** The addresses of a network are a range of keys. */
function withinNetwork(field: string, network: string): Condition<string> {
  const keys = networkKeys(network);
  if (keys === null) {
    throw refusal('within must be a network in CIDR notation, such as "10.0.0.0/8" or "2001:db8::/32".');
  }
  return {
    and: [
      { field, operator: 'gte', value: keys.first },
      { field, operator: 'lte', value: keys.last },
    ],
  };
}

/** The index of the keys finds the rows, and the text as sent decides. */
function startsAs(field: string, keyField: string, value: string): Condition<string> {
  return {
    and: [
      { field: keyField, operator: 'inRanges', ranges: addressPrefixRanges(value) },
      { field, operator: 'startsWith', value },
    ],
  };
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
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
