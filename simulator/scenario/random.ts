import { createHash } from 'node:crypto';

/** Random numbers that are the same on every machine for the same labels. Not for secrets. */
export interface Random {
  /** At least 0, less than 1; 32 bits. */
  fraction(): number;
  /** A whole number from `min` to `max`, both inclusive. */
  integer(min: number, max: number): number;
  /** True in this share of the draws, 0 to 1. */
  chance(share: number): boolean;
  pick<Value>(list: readonly [Value, ...Value[]]): Value;
  /** A copy in another order. */
  shuffled<Value>(list: readonly Value[]): Value[];
  /** Decimal digits; the first is not 0. */
  digits(count: number): string;
}

/**
 * xoshiro128** by Blackman and Vigna, seeded with the SHA-256 of the labels. Different labels give independent numbers,
 * so that one more session does not change the others.
 */
export function randomOf(...labels: readonly (string | number)[]): Random {
  const hash = createHash('sha256').update(JSON.stringify(labels)).digest();
  let [a, b, c, d] = [hash.readUInt32LE(0), hash.readUInt32LE(4), hash.readUInt32LE(8), hash.readUInt32LE(12)];

  function next(): number {
    const drawn = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return drawn;
  }

  const fraction = () => next() / 2 ** 32;
  const integer = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    integer,
    chance: (share) => fraction() < share,
    pick: (list) => list[integer(0, list.length - 1)] ?? list[0],
    shuffled(list) {
      const copy = [...list];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = integer(0, last);
        [copy[last], copy[other]] = [copy[other] as never, copy[last] as never];
      }
      return copy;
    },
    digits: (count) => Array.from({ length: count }, (_, index) => integer(index === 0 ? 1 : 0, 9)).join(''),
  };
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
