import type { AlertEvent } from '../../domain/alerts/alert-events.ts';
import type { PostRequest } from '../../forwarding/post.ts';

/** What messages look like: a webhook as Standard Webhooks describes it, or what the incoming webhook of a chat tool takes. */
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

/** Makes the request of one attempt: signatures are of the time at which it is made. */
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
