import { createHmac } from 'node:crypto';
import type { Alert } from './alert-events.ts';
import { postJson, type AlertMessage, type RenderMessage, keyOf } from './message-formats.ts';

/** A webhook as Standard Webhooks 1.0 describes it: the signature covers the id, the time of the attempt in seconds, and the body. */
export const renderStandard: RenderMessage = (message, target, nowMs) => {
  const post = postJson(target, payloadOf(message));
  const seconds = Math.floor(nowMs / 1_000);
  const signed = Buffer.concat([Buffer.from(`${message.id}.${seconds}.`), post.body]);
  const signature = createHmac('sha256', keyOf(target.secret ?? ''))
    .update(signed)
    .digest('base64');
  const headers = {
    'webhook-id': message.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
  return { ...post, headers: { ...post.headers, ...headers } };
};

function payloadOf({ type, event: { rule, when, atMs, alerts } }: AlertMessage) {
  const timestamp = new Date(atMs).toISOString();
  const shown = ({ id, beganAtMs, summary, facts }: Alert) => ({
    ...{ id, beganAt: new Date(beganAtMs).toISOString() },
    ...(type === 'alert.ended' && { endedAt: timestamp }),
    ...{ summary, facts },
  });
  return { type, timestamp, data: { rule, when, alerts: alerts.map(shown) } };
}
