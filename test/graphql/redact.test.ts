import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { print } from 'graphql';
import { CallbacksDocument, StreamSessionsDocument } from '../../schema/operations.generated.ts';
import { hidden, hideUrlCredentials, withoutCredentials } from '../../src/graphql/redact.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { parseSample } from '../support/samples.ts';
import { anyJsonObject } from '../support/json-arbitraries.ts';

describe('what viewers read of a body', () => {
  test.each([
    ['a query', 'rtmp://a.example/live/s?txSecret=S&txTime=1', 'rtmp://a.example/live/s?(hidden)'],
    ['a fragment', 'https://a.example/v.mp4#S', 'https://a.example/v.mp4?(hidden)'],
    ['a login', 'rtsp://user:S@a.example/s', 'rtsp://(hidden)@a.example/s'],
    ['both', 'http://user:S@a.example/s?S', 'http://(hidden)@a.example/s?(hidden)'],
    ['several URLs', '["http://a/1?S","http://b/2?S"]\n', '["http://a/1?(hidden)","http://b/2?(hidden)"]\n'],
    ['no credentials', 'rtmp://a.example/live/s', 'rtmp://a.example/live/s'],
    ['no URL', 'what? me@home #1', 'what? me@home #1'],
  ])('a URL with %s', (_name, text, shown) => {
    expect(hideUrlCredentials(text)).toBe(shown);
  });

  test('the callback URL is hidden: it ends in the token that proves a callback', () => {
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

  test('property: a secret in the query of a URL is shown nowhere, however deep the URL stands', () => {
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
    expect(hideUrlCredentials(text)).not.toContain('SECRET');
  });
});

describe('by GraphQL', () => {
  let running: RunningApp;
  beforeAll(async () => {
    const tokens = [
      { role: 'viewer', token: 'v' },
      { role: 'operator', token: 'o' },
    ] as const;
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

  test('a viewer reads no credential, neither of a session nor of a callback', async () => {
    const answer = await answerTo('v');
    expect(answer).not.toContain('SECRET');
    expect(answer).toContain('"streamParam":"(hidden)"');
    expect(answer).toContain('rtmp://a.example/live/s?(hidden)');
  });

  test('an operator reads everything as it was sent', async () => {
    const answer = await answerTo('o');
    expect(answer).toContain('"streamParam":"txSecret=SECRET"');
    expect(answer).toContain('"stream_param":"txSecret=SECRET"');
    expect(answer).toContain('rtmp://a.example/live/s?SECRET');
  });
});
