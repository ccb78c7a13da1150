import type { AlertEvent } from './alert-events.ts';
import type { PostRequest } from '../forwarding/post.ts';

/** Formats of messages: a webhook as Standard Webhooks describes it, or what the incoming webhook of a chat tool takes. */
export const alertFormats = ['STANDARD', 'SLACK', 'TEAMS', 'DINGTALK', 'FEISHU', 'WECOM'] as const;
export type AlertFormat = (typeof alertFormats)[number];

/** One message: what one event of the log says, or a test. */
export interface AlertMessage {
  /** The same at each attempt. */
  readonly id: string;
  readonly type: 'alert.began' | 'alert.ended' | 'alert.test';
  readonly event: Omit<AlertEvent, 'stillOpen'>;
}

/** A target as far as messages depend on it. */
export interface MessageTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secret: string | null;
}

/** Makes the request of one attempt; signatures depend on the time of the attempt. */
export type RenderMessage = (message: AlertMessage, target: MessageTarget, nowMs: number) => PostRequest;

/** A POST of JSON. */
export function postJson(
  { url, headers }: MessageTarget,
  json: unknown,
  others: Partial<PostRequest> = {},
): PostRequest {
  const all = { ...headers, ...others.headers, 'content-type': 'application/json' };
  return { url, ...others, headers: all, body: Buffer.from(JSON.stringify(json)) };
}

/** The prefix of a secret of Standard Webhooks. */
const prefix = 'whsec_';

/** Bytes that Standard Webhooks recommends for a secret. */
const bytesLeast = 24;
const bytesMost = 64;

/** The problem with the secret of a target, which is not quoted; null if there is none. */
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
