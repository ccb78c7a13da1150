import { createHmac } from 'node:crypto';
import type { Attempt, PosterOptions } from '../forwarding/post.ts';
import { openLazyPoster } from '../forwarding/send.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import { alertBegan, readAlertEvent, type Alert } from './alert-events.ts';
import type { AlertTarget } from './alert-rule.ts';
import { renderDingTalk, renderFeishu, renderSlack, renderTeams, renderWeCom } from './chat-tools.ts';
import { keyOf, postJson, type AlertFormat, type AlertMessage, type RenderMessage } from './message-formats.ts';

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

const renderers: Readonly<Record<AlertFormat, RenderMessage>> = {
  STANDARD: renderStandard,
  SLACK: renderSlack,
  TEAMS: renderTeams,
  DINGTALK: renderDingTalk,
  FEISHU: renderFeishu,
  WECOM: renderWeCom,
};

/** Sends messages to one target, on its own connections. */
export interface AlertSender {
  /** Makes one attempt at a message of any kind. Never rejects. */
  sendMessage(message: AlertMessage, signal: AbortSignal): Promise<Attempt>;
  /** The same for an event of the log. */
  send(event: Pick<RecordedEvent, 'eventId' | 'type' | 'data'>, signal: AbortSignal): Promise<Attempt>;
  close(): Promise<void>;
}

/** Opens no connection before it is needed. */
export function openAlertSender(target: AlertTarget, options: PosterOptions): AlertSender {
  const poster = openLazyPoster(target.concurrency, options);
  const sender: AlertSender = {
    sendMessage: (message, signal) => poster.post(renderers[target.format](message, target, options.clock()), signal),
    async send({ eventId, type, data }, signal) {
      const event = readAlertEvent(data);
      // No version could send this event.
      if (event === null) return { kind: 'DELIVERED' };
      const message: AlertMessage = { id: eventId, type: type === alertBegan ? 'alert.began' : 'alert.ended', event };
      return sender.sendMessage(message, signal);
    },
    close: () => poster.close(),
  };
  return sender;
}
