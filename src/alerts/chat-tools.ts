import { createHmac } from 'node:crypto';
import { readObject } from '../callbacks/json-object.ts';
import { postJson, type RenderMessage, type AlertMessage } from './message-formats.ts';

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
    const line = escape(`- ${summary.slice(0, lineLengthMax).toWellFormed()}`);
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
export function withoutMentions(text: string): string {
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
    ...{ $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4' },
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
    ...{ msg_type: 'text', content: { text: textOf(message, withoutMentions) } },
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
