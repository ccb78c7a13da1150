import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import fc from 'fast-check';
import { print } from 'graphql';
import { CallbacksDocument, StreamSessionsDocument } from '../../../schema/operations.generated.ts';
import { hidden, hideCredentials, withoutCredentials } from '../../../src/api/redact.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';
import { anyJsonObject } from '../../support/json-arbitraries.ts';

describe('what analysts read of a body', () => {
  test.each([
    ['a query', 'rtmp://a.example/live/s?txSecret=S&txTime=1', 'rtmp://a.example/live/s?(hidden)'],
    ['a fragment', 'https://a.example/v.mp4#S', 'https://a.example/v.mp4?(hidden)'],
    ['a login', 'rtsp://user:S@a.example/s', 'rtsp://(hidden)@a.example/s'],
    ['both', 'http://user:S@a.example/s?S', 'http://(hidden)@a.example/s?(hidden)'],
    ['several URLs', '["http://a/1?S","http://b/2?S"]\n', '["http://a/1?(hidden)","http://b/2?(hidden)"]\n'],
    ['no credentials', 'rtmp://a.example/live/s', 'rtmp://a.example/live/s'],
    ['no URL', 'what? me@home #1', 'what? me@home #1'],
  ])('a URL with %s', (_name, text, shown) => {
    expect(hideCredentials(text)).toBe(shown);
  });

  test('the callback URL is hidden: it ends in the token that authenticates callbacks', () => {
    expect(withoutCredentials(parseSample('relay-en-vod-source-file-start'))).toMatchObject({ callback_url: hidden });
  });

  test('stream_param and sign are hidden at any depth, everything else is shown', () => {
    expect(withoutCredentials({ ...parseSample('push'), more: [{ sign: 'S', stream_param: 'S', kept: 1 }] })).toEqual({
      ...parseSample('push'),
      stream_param: hidden,
      sign: hidden,
      more: [{ sign: hidden, stream_param: hidden, kept: 1 }],
    });
  });

  test('property: a secret in the query of a URL is shown nowhere, however deep the URL is nested', () => {
    fc.assert(
      fc.property(anyJsonObject, fc.webUrl(), (object, anyUrl) => {
        const url = anyUrl.replaceAll("'", '');
        const body = { ...object, to_url: `${url}?txSecret=SECRET`, msg: JSON.stringify({ url: `${url}?a=SECRET` }) };
        expect(JSON.stringify(withoutCredentials({ deep: [body] }))).not.toContain('SECRET');
      }),
    );
  });

  test.each([
    ['a query in embedded JSON that writes & as its encoder does', String.raw`{"url":"http://a/v?a=1\u0026t=SECRET"}`],
    ['a query in embedded JSON that escapes slashes', String.raw`{"url":"http:\/\/a.example\/v.mp4?t=SECRET"}`],
    ['a query behind an apostrophe', "http://a.example/it's?t=SECRET"],
    ['a login of a second URL in one word', 'http://a/x,http://u:SECRET@b/y'],
    ['a query after a comma', "http://a.example/x,y;z'w?SECRET"],
    ['a query without a scheme', 'push.example/live/one?txSecret=SECRET'],
    ['a query in JSON that is cut off', String.raw`{"url":"http:\u002f\u002fa\u003ft=SECRET`],
    ['a login that holds an @', 'rtsp://user:p@SECRET@a.example/s'],
  ])('%s is hidden', (_name, text) => {
    expect(hideCredentials(text)).not.toContain('SECRET');
  });
});

describe('by GraphQL', () => {
  let running: RunningApp;
  beforeAll(async () => {
    const tokens = parseApiTokens('analyst=v,admin=o');
    running = await startApp({ access: { mode: 'tokens', tokens } });
    await running.post(pushBody({ stream_param: 'txSecret=SECRET', push_url: 'rtmp://a.example/live/s?SECRET' }));
    await running.projected();
  });
  afterAll(() => running.close());

  const answerTo = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answers = await Promise.all(
      [StreamSessionsDocument, CallbacksDocument].map((document) => running.ask(print(document), {}, headers)),
    );
    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
    return JSON.stringify(answers);
  };

  test('an analyst reads no credential, neither of a session nor of a callback', async () => {
    const answer = await answerTo('v');
    expect(answer).not.toContain('SECRET');
    expect(answer).toMatch(/"streamParam":"\(hidden [0-9a-f]{12}\)"/);
    expect(answer).toContain('rtmp://a.example/live/s?(hidden)');
  });

  test('an admin reads everything as it was sent', async () => {
    const answer = await answerTo('o');
    expect(answer).toContain('"streamParam":"txSecret=SECRET"');
    expect(answer).toContain('"stream_param":"txSecret=SECRET"');
    expect(answer).toContain('rtmp://a.example/live/s?SECRET');
  });

  test('a name with a credential is shown and searched without it, and admins find it in the body', async () => {
    const name = (text: string) => `${text}?txSecret=LEAK`;
    const names = { app: name('d'), appname: name('p'), stream_id: name('s'), channel_id: name('c'), node: name('n') };
    const sequence = '6674468118806626494';
    await running.post(pushBody({ ...names, sequence, user_ip: name('u'), callback_event: name('e') }));
    const task = { task_id: '9', stream_id: name('t'), callback_event: 'TaskExit', event_type: 314, appid: 1 };
    await running.post({ ...task, msg: JSON.stringify({ code: name('-5') }) });
    await running.post({ ...task, callback_event: 'TaskAlarm', msg: JSON.stringify({ type: name('PullFailed') }) });
    await running.projected();
    const ask = async (query: string, token: string) => {
      const { data, errors } = await running.ask(query, {}, { authorization: `Bearer ${token}` });
      expect(errors).toBeUndefined();
      return data;
    };
    const answer_ = await ask(
      `{
        streamSession(sequence: "${sequence}") {
          domain path streamId channelId accessPoint userIp callbacks { nodes { callbackEvent body } }
        }
        relayTask(taskId: "9") { streamId exitCodeText runs { exitCodeText } alarms { type } }
      }`,
      'v',
    );
    expect(JSON.stringify(answer_)).not.toContain('LEAK');
    expect(answer_).toMatchObject({
      streamSession: { domain: 'd', path: 'p', streamId: 's', channelId: 'c', accessPoint: 'n', userIp: 'u' },
      relayTask: { streamId: 't', exitCodeText: '-5', alarms: [{ type: 'PullFailed' }] },
    });
    const count = (filter: string) => ask(`{ streamSessions(filter: ${filter}) { totalCount } }`, 'v');
    for (const [field, text] of Object.entries({
      domain: 'd',
      path: 'p',
      streamId: 's',
      accessPoint: 'n',
      userIp: 'u',
    })) {
      expect(await count(`{ ${field}: { startsWith: "${text}?" } }`)).toEqual({ streamSessions: { totalCount: 0 } });
      expect(await count(`{ ${field}: { eq: "${text}" } }`)).toEqual({ streamSessions: { totalCount: 1 } });
    }
    expect(JSON.stringify(await ask('{ callbacks { nodes { body } } }', 'o'))).toContain('s?txSecret=LEAK');
  });
});
