import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';
import { asBuffer } from '../../kernel/encoding.ts';
import type { NewEvent, RecordedEvent } from '../event-store.ts';

/**
 * How personal data are stored: taken out of the body and the metadata, encrypted together, and put first into the metadata, as
 * `{"sealed":"1.<key>.<subject>.<nonce, ciphertext, tag>", …}`. These names never change: they are in logs.
 */
const sealedStart = Buffer.from('{"sealed":"');
const format = '1';
const erasedStart = '{"erased":true';

const cipherName = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Where an event's key comes from: the master key of a day and a process, and the subject whose data they are. */
export interface KeyName {
  readonly masterId: string;
  /** A digest of the subject: names are not needed to derive its key. */
  readonly subject: string;
}

/** Finds the key of a subject. ERASED: it was destroyed on purpose. @throws PersonalKeyMissing */
export type FindKey = (name: KeyName) => Uint8Array | 'ERASED';

/** Turns an event as it is stored into the event as it was before it was sealed. @throws PersonalKeyMissing */
export type OpenEvent = (event: RecordedEvent) => RecordedEvent;

/** Leaves events sealed: for what copies or counts them. */
export const asStored: OpenEvent = (event) => event;

/** Bytes of a subject's digest: two of 10^12 subjects have the same one with a probability below 10^-14. */
const subjectBytes = 16;

/** The digest by which a subject is named beside its keys. */
export function subjectDigest(subject: string): string {
  return hash('sha256', subject, 'buffer').subarray(0, subjectBytes).toString('base64url');
}

/** The key of a subject: without the master key, nothing is known of it from the keys of others. */
export function deriveKey(master: Uint8Array, subject: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, '', `live-ledger personal data ${subject}`, keyBytes));
}

/** What is personal in an event. */
export interface PersonalParts {
  readonly data: readonly Cut[];
  readonly metadata: readonly Cut[];
}

/** The event without its personal parts, and with these encrypted. Its metadata must be a JSON object. */
export function sealEvent(event: NewEvent, parts: PersonalParts, name: KeyName, key: Uint8Array): NewEvent {
  const data = takeOut(event.data, parts.data);
  const metadata = takeOut(event.metadata, parts.metadata);
  const head = `${format}.${name.masterId}.${name.subject}.`;
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, key, nonce);
  cipher.setAAD(boundTo(head, event));
  const plain = [writeNumber(data.taken.byteLength), data.taken, metadata.taken].map((part) => cipher.update(part));
  const sealed = Buffer.concat([nonce, ...plain, cipher.final(), cipher.getAuthTag()]).toString('base64url');
  const hasMembers = metadata.left.byteLength > 2;
  const start = Buffer.from(`${sealedStart.toString()}${head}${sealed}"${hasMembers ? ',' : ''}`);
  return { ...event, data: data.left, metadata: Buffer.concat([start, metadata.left.subarray(1)]) };
}

/** The name of the key with which an event is sealed; null: it is not sealed. */
export function keyNameOf({ metadata }: Pick<NewEvent, 'metadata'>): KeyName | null {
  return readSealed(metadata)?.name ?? null;
}

/** Whether an event was sealed with a key that has been erased: what was personal in it is null. */
export function isErased({ metadata }: Pick<NewEvent, 'metadata'>): boolean {
  return asBuffer(metadata.subarray(0, erasedStart.length)).equals(Buffer.from(erasedStart));
}

/**
 * All events are opened here. One that its digest shows to be damaged stays as it is; one whose key does not fit
 * is damaged. With an erased key, its personal values are null, and its metadata say `erased`.
 */
export function openWith(findKey: FindKey): OpenEvent {
  return (event) => {
    const sealed = event.isDamaged === true ? null : readSealed(event.metadata);
    if (sealed === null) return event;
    const key = findKey(sealed.name);
    const bytes = event.data.byteLength + event.metadata.byteLength;
    const storedAs = { data: event.data, bytes, key: sealed.name };
    if (key === 'ERASED') return { ...event, storedAs, metadata: withoutSealed(sealed.rest, erasedStart) };
    try {
      const plain = decrypt(sealed, event, key);
      const taken = readNumbers(plain);
      const ofData = taken.bytes(taken.number());
      const left = withoutSealed(sealed.rest, '{');
      const ofMetadata = taken.bytes(plain.byteLength);
      return { ...event, storedAs, data: putBack(event.data, ofData), metadata: putBack(left, ofMetadata) };
    } catch {
      return { ...event, isDamaged: true };
    }
  };
}

interface Sealed {
  readonly name: KeyName;
  readonly head: string;
  readonly content: Buffer;
  /** The metadata after the sealed member. */
  readonly rest: Buffer;
}

function readSealed(metadata: Uint8Array): Sealed | null {
  // Most logs have none: one comparison.
  if (metadata[2] !== sealedStart[2]) return null;
  const bytes = asBuffer(metadata);
  if (!bytes.subarray(0, sealedStart.byteLength).equals(sealedStart)) return null;
  const end = bytes.indexOf('"', sealedStart.byteLength);
  const text = bytes.toString('latin1', sealedStart.byteLength, end);
  const [version, masterId = '', subject = '', content = ''] = text.split('.');
  if (end === -1 || version !== format) return null;
  const head = `${format}.${masterId}.${subject}.`;
  return {
    name: { masterId, subject },
    head,
    content: Buffer.from(content, 'base64url'),
    rest: bytes.subarray(end + 1),
  };
}

function withoutSealed(rest: Buffer, start: string): Buffer {
  const isAlone = start === '{' && rest[0] === ','.charCodeAt(0);
  return Buffer.concat([Buffer.from(start), isAlone ? rest.subarray(1) : rest]);
}

function decrypt({ head, content }: Sealed, event: Pick<NewEvent, 'eventId'>, key: Uint8Array): Buffer {
  const decipher = createDecipheriv(cipherName, key, content.subarray(0, nonceBytes));
  decipher.setAAD(boundTo(head, event));
  decipher.setAuthTag(content.subarray(-tagBytes));
  return Buffer.concat([decipher.update(content.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}

/** The encrypted part opens in no other event. */
function boundTo(head: string, { eventId }: Pick<NewEvent, 'eventId'>): Buffer {
  return Buffer.from(head + eventId);
}

/** A part of a JSON text to take out. Instead of a value, `null` is left; a part of a string leaves nothing. Offsets are in bytes. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly isValue: boolean;
}

/** A text without some parts of it, and these parts: together they give the text byte for byte. */
interface CutText {
  readonly left: Uint8Array;
  readonly taken: Buffer;
}

const nullText = Buffer.from('null');

/** Takes parts out of a text, in their order. They must not overlap. */
export function takeOut(text: Uint8Array, cuts: readonly Cut[]): CutText {
  const bytes = asBuffer(text);
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
function writeNumber(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Reads what `writeNumber` wrote, and bytes between. */
function readNumbers(bytes: Buffer) {
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
