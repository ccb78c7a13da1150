/** Tells of texts that they were never noted; of others it says that they may have been. */
export interface BloomFilter {
  note(key: string): void;
  mayHave(key: string): boolean;
}

/**
 * Bits that stand for the keys of one table: 8 MB. With ten million keys, about one of seven unknown ones is looked for in
 * vain; beyond that it only gets slower, and is never wrong.
 */
const keyBits = 2 ** 26;

/**
 * Remembers which keys a table may hold that began empty, so that nothing is looked for in vain: most look-ups of a
 * read model that is built anew ask for what is not there. A transaction that was undone leaves keys that may be there and
 * are not.
 */
export function emptyBloomFilter(): BloomFilter {
  const words = new Uint32Array(keyBits / 32);
  return {
    note(key) {
      const bit = bitOf(key);
      words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
    },
    mayHave(key) {
      const bit = bitOf(key);
      return (((words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
    },
  };
}

/** Of a table that was not empty: everything may be there. */
export const fullBloomFilter: BloomFilter = { note: () => undefined, mayHave: () => true };

/** FNV-1a over UTF-16 code units. */
function bitOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  // The last character moves the high bits least: they are mixed in before the low ones are taken.
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) % keyBits;
}
