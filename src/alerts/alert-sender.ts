import { alertBegan, readAlertEvent } from './alert-events.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import { openLazyPoster } from '../forwarding/send.ts';
import type { Attempt, PosterOptions } from '../forwarding/post.ts';
import type { AlertTarget } from './alert-rule.ts';
import { renderDingTalk, renderFeishu, renderSlack, renderTeams, renderWeCom } from './chat-tools.ts';
import type { AlertFormat, AlertMessage, RenderMessage } from './message-formats.ts';
import { renderStandard } from './standard-webhook.ts';

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
