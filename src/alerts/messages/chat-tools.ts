import { createHmac } from 'node:crypto';
import { readObject } from '../../domain/callback/json-object.ts';
import { postJson, type RenderMessage } from './message-formats.ts';
import { textOf, withoutMentions } from './message-text.ts';

/** Slack: text in which three characters have a meaning; its own markup, such as `_name_`, is turned off. */
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

/** These tools answer with status 200 also where they refuse a message: because it is one too many, for example. */
function saysZero(key: string): (answer: string) => boolean {
  return (answer) => readObject(Buffer.from(answer))[key] === 0;
}
