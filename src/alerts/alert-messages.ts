import { createHmac } from 'node:crypto';
import { readObject } from '../callbacks/json-object.ts';
import type { Attempt, PosterOptions, PostRequest } from '../forwarding/post.ts';
import { openLazyPoster, isWebhookSecret, webhookHeaders, webhookSecretForm } from '../forwarding/send.ts';
import type { DeliveryTarget } from '../forwarding/target.ts';
import { withVisibleControls } from '../kernel/encoding.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import { alertBegan, type Alert } from './alert-events.ts';
import { readAlertEvent, type AlertEvent } from './recorded-alerts.ts';

/** Formats of messages: a webhook as Standard Webhooks describes it, or what the incoming webhook of a chat tool takes. */
export const alertFormats = ['STANDARD', 'SLACK', 'TEAMS', 'DINGTALK', 'FEISHU', 'WECOM'] as const;
type AlertFormat = (typeof alertFormats)[number];

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

/** Where messages are sent. URL, headers and secret are never logged or shown. */
export interface AlertTarget extends DeliveryTarget, MessageTarget {
  readonly format: AlertFormat;
}

/** Makes the request of one attempt; signatures depend on the time of the attempt. */
export type RenderMessage = (message: AlertMessage, target: MessageTarget, nowMs: number) => PostRequest;

/** A POST of JSON. */
function postJson({ url, headers }: MessageTarget, json: unknown, others: Partial<PostRequest> = {}): PostRequest {
  const all = { ...headers, ...others.headers, 'content-type': 'application/json' };
  return { url, ...others, headers: all, body: Buffer.from(JSON.stringify(json)) };
}

/** The problem with the secret of a target, which is not quoted; null if there is none. */
export function problemWithSecret(format: AlertFormat, secret: string | null): string | null {
  if (format === 'STANDARD') {
    if (secret === null) return 'is missing: what receives a webhook knows by it whom it is from';
    return isWebhookSecret(secret) ? null : `must be ${webhookSecretForm}`;
  }
  const isSigned = format === 'DINGTALK' || format === 'FEISHU';
  if (secret === null || (isSigned && secret !== '')) return null;
  return isSigned ? 'must not be empty' : `is not for ${format}: its URL is the secret`;
}

/** A webhook as Standard Webhooks 1.0 describes it. */
export const renderStandard: RenderMessage = (message, target, nowMs) => {
  const post = postJson(target, payloadOf(message));
  const signed = webhookHeaders({ id: message.id, body: post.body }, target.secret ?? '', nowMs);
  return { ...post, headers: { ...post.headers, ...signed } };
};

function payloadOf({ type, event: { rule, when, atMs, alerts } }: AlertMessage) {
  const timestamp = new Date(atMs).toISOString();
  const shown = ({ id, beganAtMs, summary, facts }: Alert) => ({
    id,
    beganAt: new Date(beganAtMs).toISOString(),
    ...(type === 'alert.ended' && { endedAt: timestamp }),
    summary: withVisibleControls(summary),
    facts,
  });
  return { type, timestamp, data: { rule, when, alerts: alerts.map(shown) } };
}

/** Alerts of a message that a chat shows one by one. */
const alertsShownMax = 15;

/** Bytes of a text: WeCom takes 2,048. */
const textBytesMax = 2_000;

/** Code units of a line: the name of a stream can be longer than a text. */
const lineLengthMax = 300;

const verbs = { 'alert.began': 'began', 'alert.ended': 'ended', 'alert.test': 'is tested' } as const;

/**
 * What a chat shows, as plain text. It begins with the name of the product, which some tools can be set to require.
 * `escape` makes names safe for a tool; the bound on the bytes counts the escaped text.
 */
export function textOf(
  { type, event: { rule, atMs, alerts } }: AlertMessage,
  escape: (line: string) => string = (line) => line,
): string {
  const count = alerts.length > 1 ? ` (${alerts.length})` : '';
  const lines = [`Live Ledger: ${rule} ${verbs[type]}${count}, ${new Date(atMs).toISOString()}`];
  let bytes = Buffer.byteLength(lines.join());
  for (const [index, { summary }] of alerts.entries()) {
    const line = escape(`- ${withVisibleControls(summary.slice(0, lineLengthMax).toWellFormed())}`);
    bytes += Buffer.byteLength(line) + 1;
    if (index >= alertsShownMax || bytes > textBytesMax) {
      lines.push(`- and ${alerts.length - index} more`);
      break;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** Text for tools that read mentions in angle brackets: a name that a pusher chose must not call everyone. */
function withoutMentions(text: string): string {
  return text.replaceAll('<', '\uff1c').replaceAll('>', '\uff1e');
}

/** Slack: text in which three characters have a meaning; Slack's own markup, such as `_name_`, is turned off. */
export const renderSlack: RenderMessage = (message, target) => {
  const text = textOf(message).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return postJson(target, { text, mrkdwn: false });
};

/** Microsoft Teams: an adaptive card, as workflows take it. Rich text, which is shown as it is: other blocks read Markdown. */
export const renderTeams: RenderMessage = (message, target) => {
  const body = textOf(message)
    .split('\n')
    .map((text) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] }));
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body,
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return postJson(target, { type: 'message', attachments: [attachment] });
};

/** DingTalk: signed in the URL, by the secret over the time and the secret. */
export const renderDingTalk: RenderMessage = (message, target, nowMs) => {
  const { secret } = target;
  const url = new URL(target.url);
  if (secret !== null) {
    url.searchParams.set('timestamp', String(nowMs));
    url.searchParams.set('sign', createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64'));
  }
  const json = { msgtype: 'text', text: { content: textOf(message) } };
  return postJson(target, json, { url: url.href, isTaken: saysZero('errcode') });
};

/** Feishu and Lark: signed in the body, by the time in seconds and the secret as the key over nothing. */
export const renderFeishu: RenderMessage = (message, target, nowMs) => {
  const { secret } = target;
  const timestamp = String(Math.floor(nowMs / 1_000));
  const sign = () =>
    createHmac('sha256', `${timestamp}\n${secret ?? ''}`)
      .update('')
      .digest('base64');
  const json = {
    ...(secret !== null && { timestamp, sign: sign() }),
    msg_type: 'text',
    content: { text: textOf(message, withoutMentions) },
  };
  return postJson(target, json, { isTaken: saysZero('code') });
};

/** WeCom: its URL is the secret. */
export const renderWeCom: RenderMessage = (message, target) => {
  const json = { msgtype: 'text', text: { content: textOf(message, withoutMentions) } };
  return postJson(target, json, { isTaken: saysZero('errcode') });
};

/** These tools also answer with status 200 when they refuse a message, for example because it is one too many. */
function saysZero(key: string): (answer: string) => boolean {
  return (answer) => readObject(Buffer.from(answer))[key] === 0;
}

const renderers: Readonly<Record<AlertFormat, RenderMessage>> = {
  STANDARD: renderStandard,
  SLACK: renderSlack,
  TEAMS: renderTeams,
  DINGTALK: renderDingTalk,
  FEISHU: renderFeishu,
  WECOM: renderWeCom,
};

/** Whether an alert is about one stream of an incident. */
function isExplained({ when }: Pick<AlertEvent, 'when'>, { facts }: Alert): boolean {
  return when !== 'INCIDENT' && facts['incident'] !== undefined;
}

/** Whoever reads a chat may be anybody: the log has the texts as they were sent. */
function shownIn({ event, ...message }: AlertMessage, hide = (text: string) => text): AlertMessage {
  const shown = (value: string | number) => (typeof value === 'string' ? hide(value) : value);
  const alerts = event.alerts.map(({ summary, facts, ...alert }) => ({
    ...alert,
    summary: hide(summary),
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, shown(value)])),
  }));
  return { ...message, event: { ...event, alerts } };
}

/** Sends messages to one target, on its own connections. */
interface AlertSender {
  /** Makes one attempt at a message of any kind. Never rejects. */
  sendMessage(message: AlertMessage, signal: AbortSignal): Promise<Attempt>;
  /** The same for an event of the log. */
  send(event: Pick<RecordedEvent, 'eventId' | 'type' | 'data'>, signal: AbortSignal): Promise<Attempt>;
  close(): Promise<void>;
}

/** Opens no connection before it is needed. */
export function openAlertSender(
  target: AlertTarget,
  options: PosterOptions & {
    /** Whether it gets messages about incidents: then it gets none about what these explain. */
    readonly hasIncidents?: boolean;
    /** What is done to each text about what was received. */
    readonly hide?: (text: string) => string;
  },
): AlertSender {
  const poster = openLazyPoster(target.concurrency, options);
  const sender: AlertSender = {
    sendMessage: (message, signal) =>
      poster.post(renderers[target.format](shownIn(message, options.hide), target, options.clock()), signal),
    async send({ eventId, type, data }, signal) {
      const event = readAlertEvent(data);
      // No version could send this event.
      if (event === null) return { kind: 'DELIVERED' };
      const alerts = event.alerts.filter((alert) => !isExplained(event, alert));
      if (options.hasIncidents === true && alerts.length === 0) return { kind: 'DELIVERED' };
      const message: AlertMessage = {
        id: eventId,
        type: type === alertBegan ? 'alert.began' : 'alert.ended',
        event: options.hasIncidents === true ? { ...event, alerts } : event,
      };
      return sender.sendMessage(message, signal);
    },
    close: () => poster.close(),
  };
  return sender;
}
