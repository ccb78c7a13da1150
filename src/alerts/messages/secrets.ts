import type { AlertFormat } from './message-formats.ts';

/** Begins a secret of Standard Webhooks. */
const prefix = 'whsec_';

/** Bytes that Standard Webhooks recommends for a secret. */
const bytesLeast = 24;
const bytesMost = 64;

/** What is wrong with the secret of a target; null if nothing is. It is not quoted. */
export function problemWithSecret(format: AlertFormat, secret: string | null): string | null {
  if (format === 'STANDARD') {
    if (secret === null) return 'is missing: what receives a webhook knows by it whom it is from';
    const { byteLength } = keyOf(secret);
    const isBase64 = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret);
    if (isBase64 && byteLength >= bytesLeast && byteLength <= bytesMost) return null;
    return `must be ${prefix} and ${bytesLeast} to ${bytesMost} bytes in base64`;
  }
  const isSigned = format === 'DINGTALK' || format === 'FEISHU';
  if (secret === null || (isSigned && secret !== '')) return null;
  return isSigned ? 'must not be empty' : `is not for ${format}: its URL is the secret`;
}

/** The bytes of a secret of Standard Webhooks. */
export function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(prefix.length), 'base64');
}
