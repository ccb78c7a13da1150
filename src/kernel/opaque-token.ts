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
