import { createHash, hash, timingSafeEqual } from 'node:crypto';

/** Compares two secrets in constant time. Both are hashed first, so that not even their lengths leak. */
export function equalSecrets(one: string, other: string): boolean {
  // As text: Node takes longer to return a buffer.
  return timingSafeEqual(Buffer.from(secretDigest(one), 'latin1'), Buffer.from(secretDigest(other), 'latin1'));
}

/** What a secret is kept and compared as. How long a comparison of digests takes says nothing about the secret. */
export function secretDigest(secret: string): string {
  return hash('sha256', secret);
}

/** A UUID of version 8, made by our own rule (RFC 9562): equal texts always give equal UUIDs. */
export function derivedUuid(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** The same bytes as a Buffer, which has more methods. Copies nothing. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * Quotes the numbers that `mustQuote` selects: JSON.parse rounds integers beyond 2^53, and Node 20 gives revivers no source
 * text. The text must be valid JSON: only then does every string end, which keeps the search linear.
 */
export function quoteNumbers(json: string, mustQuote: (number: string) => boolean): string {
  return json.replace(stringOrNumber, (token) => (!token.startsWith('"') && mustQuote(token) ? `"${token}"` : token));
}

/** Whether a JSON number is an integer that a JavaScript number can't represent exactly. */
export function isLongInteger(number: string): boolean {
  return /^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number));
}

/** Encodes strings, numbers and nulls as a text for clients to keep and return, not to read: base64url of a JSON list. */
export function writeToken(parts: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a token, unchecked: clients can send anything. Empty if the text is not a token. */
export function readToken(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/**
 * Shows line breaks and other control characters as symbols, such as ␊, and so those that turn the direction of writing: whoever pushes a
 * stream chooses its name, which must not make a message look like two, or like another one.
 */
export function withVisibleControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return /[\x85\u2028\u2029]/.test(character) ? '\u2424' : '\ufffd';
  });
}
