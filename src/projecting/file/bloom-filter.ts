/** A set of keys that never misses a noted key but may report one that was never noted. */
export interface BloomFilter {
  note(key: string): void;
  mayHave(key: string): boolean;
}

/** 8 MB for one table. With ten million keys, one in seven unknown keys causes a needless look-up; more keys only make it slower. */
const keyBits = 2 ** 26;

/** 4 KB segments, allocated with their first key: allocating 8 MB at once makes the garbage collector work for every small read model. */
const segmentShift = 15;
const segmentBits = 2 ** segmentShift;

/**
 * Notes the keys of a table that began empty, so that missing keys are not looked up: while a read model is built, most look-ups are for
 * new keys. After a rollback, the filter may report keys that do not exist.
 */
export function emptyBloomFilter(): BloomFilter {
  const segments = new Array<Uint32Array | undefined>(keyBits / segmentBits);
  return {
    note(key) {
      const bit = bitOf(key);
      const words = (segments[bit >>> segmentShift] ??= new Uint32Array(segmentBits / 32));
      const word = (bit & (segmentBits - 1)) >>> 5;
      words[word] = (words[word] ?? 0) | (1 << (bit & 31));
    },
    mayHave(key) {
      const bit = bitOf(key);
      const words = segments[bit >>> segmentShift];
      return (((words?.[(bit & (segmentBits - 1)) >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
    },
  };
}

/** For a table that was not empty: any key may exist. */
export const fullBloomFilter: BloomFilter = { note: () => undefined, mayHave: () => true };

/** FNV-1a over UTF-16 code units. */
function bitOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  // The last character changes the high bits least, so they are mixed into the low bits, which are used.
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) % keyBits;
}
