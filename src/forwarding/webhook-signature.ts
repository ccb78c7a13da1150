import { createHmac } from 'node:crypto';

/** The prefix of a secret of Standard Webhooks, which is its bytes in base64. */
const prefix = 'whsec_';

/** Bytes that Standard Webhooks recommends for a secret. */
const bytesLeast = 24;
const bytesMost = 64;

/** What a secret of Standard Webhooks consists of, for messages about one that does not. */
export const webhookSecretForm = `${prefix} and ${bytesLeast} to ${bytesMost} bytes in base64`;

/** Whether this is a secret as Standard Webhooks writes it. */
export function isWebhookSecret(secret: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false;
  const { byteLength } = keyOf(secret);
  return byteLength >= bytesLeast && byteLength <= bytesMost;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(prefix.length), 'base64');
}

/** A message on its way, as far as its signature covers it. */
export interface SignedMessage {
  /** The same at each attempt. */
  readonly id: string;
  /** Exactly the bytes that are sent. */
  readonly body: Uint8Array;
}

/**
 * The headers of Standard Webhooks 1.0. The signature covers the id, the time of the attempt in seconds, and the body. The key is the bytes
 * of the secret; of one that is not in the form of Standard Webhooks, such as a callback key of CSS, those of its text in UTF-8.
 */
export function webhookHeaders({ id, body }: SignedMessage, secret: string, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1_000);
  const hmac = createHmac('sha256', isWebhookSecret(secret) ? keyOf(secret) : secret);
  const signature = hmac.update(`${id}.${seconds}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
