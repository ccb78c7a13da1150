import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import {
  alertFormats,
  type AlertMessage,
  type MessageTarget,
  type RenderMessage,
  problemWithSecret,
  renderDingTalk,
  renderFeishu,
  renderSlack,
  renderStandard,
  renderTeams,
  renderWeCom,
  textOf,
} from '../../src/alerts/alert-messages.ts';
import { readGolden } from '../support/golden.ts';
import type { PostRequest } from '../../src/forwarding/post.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const target = { url: 'https://chat.example/hook?access_token=a', headers: { 'x-one': '1' }, secret: null };
const alertOf = (summary: string) => ({ id: 'alert-id', key: 'k', beganAtMs: 0, summary, facts: { streamId: 'one' } });
const messageOf = (...summaries: string[]): AlertMessage => ({
  id: 'event-id',
  type: 'alert.ended',
  event: { rule: 'push-faults', when: 'PUSH_ENDED', atMs: 60_000, alerts: summaries.map(alertOf) },
});
const jsonOf = ({ body }: PostRequest): unknown => JSON.parse(Buffer.from(body).toString());

describe('a webhook', () => {
  const nowMs = Date.now();
  const post = renderStandard(messageOf('Grüße'), { ...target, secret }, nowMs);

  test('is verified by the library of Standard Webhooks', () => {
    const text = Buffer.from(post.body).toString();
    const verified = new Webhook(secret).verify(text, { ...post.headers });
    expect(verified).toEqual({
      type: 'alert.ended',
      timestamp: '1970-01-01T00:01:00.000Z',
      data: {
        rule: 'push-faults',
        when: 'PUSH_ENDED',
        alerts: [
          {
            id: 'alert-id',
            beganAt: '1970-01-01T00:00:00.000Z',
            endedAt: '1970-01-01T00:01:00.000Z',
            summary: 'Grüße',
            facts: { streamId: 'one' },
          },
        ],
      },
    });
    expect(() => new Webhook(secret).verify(`${text} `, { ...post.headers })).toThrow('No matching signature');
  });

  test('has the id of its event, the same at each attempt, and the time of the attempt', () => {
    expect(post.headers).toMatchObject({ 'webhook-id': 'event-id', 'x-one': '1', 'content-type': 'application/json' });
    expect(post.headers['webhook-timestamp']).toBe(String(Math.floor(nowMs / 1_000)));
  });
});

test('a secret is what the format needs, and problems do not quote it', () => {
  expect(problemWithSecret('STANDARD', secret)).toBeNull();
  expect(problemWithSecret('DINGTALK', 'SECcanary')).toBeNull();
  expect(problemWithSecret('FEISHU', null)).toBeNull();
  const wrong = [problemWithSecret('STANDARD', null), problemWithSecret('STANDARD', 'whsec_canary')];
  wrong.push(problemWithSecret('WECOM', 'canary'), problemWithSecret('DINGTALK', ''));
  expect(wrong).not.toContain(null);
  expect(wrong.join()).not.toContain('canary');
});

test.each([
  [23, false],
  [24, true],
  [64, true],
  [65, false],
])('a secret of STANDARD with %d bytes', (bytes, fits) => {
  const given = `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
  expect(problemWithSecret('STANDARD', given) === null).toBe(fits);
  expect(problemWithSecret('STANDARD', `${given}-`)).not.toBeNull();
});

test('of tools that sign, a secret must not be empty; WeCom needs none', () => {
  expect(problemWithSecret('FEISHU', '')).not.toBeNull();
  expect(problemWithSecret('WECOM', null)).toBeNull();
});

describe('a text', () => {
  test('says which rule, when, and what; of many alerts the first ones', () => {
    expect(textOf(messageOf('One.', 'Two.'))).toBe(
      'Live Ledger: push-faults ended (2), 1970-01-01T00:01:00.000Z\n- One.\n- Two.',
    );
    const many = textOf(messageOf(...Array.from({ length: 100 }, (_, index) => `Number ${index}.`)));
    expect(many.split('\n').at(-1)).toBe('- and 85 more');
  });

  test('shows line breaks, other controls and changes of direction in names as symbols, in every format', () => {
    const message = messageOf('The push of a\r\n- Live\u2028b\u0000\u007f\u202ec\u0085 was ended.');
    const shown = 'The push of a\u240d\u240a- Live\u2424b\u2400\u2421\ufffdc\u2424 was ended.';
    expect(textOf(message).split('\n')).toEqual([expect.stringMatching(/^Live Ledger: /), `- ${shown}`]);
    for (const render of [renderStandard, renderSlack, renderTeams, renderDingTalk, renderFeishu, renderWeCom]) {
      expect(JSON.stringify(jsonOf(render(message, target, 0)))).toContain(shown);
    }
  });

  test('is at most as long as every tool takes it, and well-formed', () => {
    const text = textOf(messageOf(...Array.from({ length: 20 }, () => '\u{1F600}x'.repeat(200))));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('what is sent never changes unnoticed', () => {
  interface Golden {
    readonly nowMs: number;
    readonly message: AlertMessage;
    readonly sent: Readonly<Record<string, { readonly target: MessageTarget; readonly request: object }>>;
  }
  const { nowMs, message, sent } = readGolden<Golden>('alert-messages');
  const renderers: Readonly<Record<string, RenderMessage>> = {
    STANDARD: renderStandard,
    SLACK: renderSlack,
    TEAMS: renderTeams,
    DINGTALK: renderDingTalk,
    FEISHU: renderFeishu,
    WECOM: renderWeCom,
  };

  test('of each format', () => expect(Object.keys(sent)).toEqual([...alertFormats]));

  test.each(Object.entries(sent))('%s', (format, { target: to, request }) => {
    const { url, headers, body } = renderers[format]?.(message, to, nowMs) ?? { url: '', headers: {}, body: null };
    expect({ url, headers, body: JSON.parse(Buffer.from(body ?? []).toString()) as unknown }).toEqual(request);
  });
});

describe('chat tools', () => {
  const message = messageOf('<at user_id="all"> & <!channel>.');

  test('Slack: text, in which names mention nobody', () => {
    const { text } = jsonOf(renderSlack(message, target, 0)) as { text: string };
    expect(text).toContain('- &lt;at user_id="all"&gt; &amp; &lt;!channel&gt;.');
  });

  test('Teams: an adaptive card of rich text, which reads no Markdown', () => {
    expect(jsonOf(renderTeams(message, target, 0))).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: { type: 'AdaptiveCard', body: [{ type: 'RichTextBlock' }, { type: 'RichTextBlock' }] },
        },
      ],
    });
  });

  test('DingTalk: text, signed in the URL', () => {
    const post = renderDingTalk(message, { ...target, secret: 'SEC1' }, 1_700_000_000_000);
    const { searchParams } = new URL(post.url);
    const sign = createHmac('sha256', 'SEC1').update('1700000000000\nSEC1').digest('base64');
    expect(Object.fromEntries(searchParams)).toEqual({ access_token: 'a', timestamp: '1700000000000', sign });
    expect(jsonOf(post)).toMatchObject({ msgtype: 'text' });
    expect(renderDingTalk(message, target, 0).url).toBe(target.url);
  });

  test('Feishu: text, signed in the body, in which names mention nobody', () => {
    const sign = createHmac('sha256', '1700000000\nkey').update('').digest('base64');
    const json = jsonOf(renderFeishu(message, { ...target, secret: 'key' }, 1_700_000_000_000));
    expect(json).toMatchObject({ timestamp: '1700000000', sign, msg_type: 'text' });
    expect(JSON.stringify(json)).not.toContain('<');
  });

  test('WeCom: text, in which names mention nobody', () => {
    const json = jsonOf(renderWeCom(message, target, 0));
    expect(json).toMatchObject({ msgtype: 'text' });
    expect(JSON.stringify(json)).not.toContain('<');
  });

  test('WeCom and Feishu: a text is as short with the characters that stand for angle brackets, which have more bytes', () => {
    const many = messageOf(...Array.from({ length: 10 }, () => '<>'.repeat(100)));
    const wecom = jsonOf(renderWeCom(many, target, 0)) as { text: { content: string } };
    const feishu = jsonOf(renderFeishu(many, target, 0)) as { content: { text: string } };
    expect(Buffer.byteLength(wecom.text.content)).toBeLessThanOrEqual(2_048);
    expect(feishu.content.text).toBe(wecom.text.content);
    expect(wecom.text.content).toMatch(/\n- and \d more$/);
  });

  test('DingTalk, Feishu and WeCom have taken a message only if they say 0', () => {
    const taken = (post: PostRequest, answer: string) => post.isTaken?.(answer);
    expect(taken(renderDingTalk(message, target, 0), '{"errcode":0,"errmsg":"ok"}')).toBe(true);
    expect(taken(renderDingTalk(message, target, 0), '{"errcode":130101,"errmsg":"send too fast"}')).toBe(false);
    expect(taken(renderWeCom(message, target, 0), '{"errcode":45009}')).toBe(false);
    expect(taken(renderFeishu(message, target, 0), '{"code":0}')).toBe(true);
    expect(taken(renderFeishu(message, target, 0), '<html>')).toBe(false);
  });
});
