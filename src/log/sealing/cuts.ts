/** A part of a JSON text to take out. Instead of a value, `null` is left; a part of a string leaves nothing. Offsets are in bytes. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly isValue: boolean;
}

/** A text without some parts of it, and these parts: together they give the text byte for byte. */
export interface CutText {
  readonly left: Uint8Array;
  readonly taken: Buffer;
}

const nullText = Buffer.from('null');

/** Takes parts out of a text, in their order. They must not overlap. */
export function takeOut(text: Uint8Array, cuts: readonly Cut[]): CutText {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const left: Uint8Array[] = [];
  const taken: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, isValue } of cuts) {
    taken.push(writeNumber(start - at), writeNumber(2 * (end - start) + Number(isValue)), bytes.subarray(start, end));
    left.push(bytes.subarray(at, start));
    if (isValue) left.push(nullText);
    at = end;
  }
  left.push(bytes.subarray(at));
  return { left: Buffer.concat(left), taken: Buffer.concat(taken) };
}

/** The text that these were taken out of. */
export function putBack(left: Uint8Array, taken: Buffer): Buffer {
  const text: Uint8Array[] = [];
  const reader = readNumbers(taken);
  let at = 0;
  while (reader.hasMore()) {
    const gap = reader.number();
    const sizeAndKind = reader.number();
    text.push(left.subarray(at, at + gap), reader.bytes(sizeAndKind >> 1));
    at += gap + (sizeAndKind % 2 === 1 ? nullText.byteLength : 0);
  }
  text.push(left.subarray(at));
  return Buffer.concat(text);
}

/** Seven bits in each byte, the lowest first; the highest bit says that more follow. */
export function writeNumber(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Reads what `writeNumber` wrote, and bytes between. */
export function readNumbers(bytes: Buffer) {
  let at = 0;
  return {
    hasMore: () => at < bytes.byteLength,
    number(): number {
      let [value, shift] = [0, 0];
      for (;;) {
        const byte = bytes[at++] ?? 0;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
        shift += 7;
      }
    },
    bytes: (count: number) => bytes.subarray(at, (at += count)),
  };
}
