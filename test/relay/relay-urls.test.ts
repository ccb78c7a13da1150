import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../src/callbacks/callback.ts';
import { parseTargetUrl, sourceUrlsMax, type RelayDetails } from '../../src/relay/relay-callback.ts';
import { without } from '../support/callback-bodies.ts';
import { relayBody, sourceUrlsAsSent } from '../support/relay-bodies.ts';

const read = (overrides: Record<string, unknown>) => interpret(relayBody('TaskStart', {}, overrides)) as object;
const [a, b] = ['http://a.example/1.flv', 'http://b.example/2.flv'];

describe('source_urls', () => {
  test.each([
    ['as a list in a string with a trailing newline', sourceUrlsAsSent(a, b)],
    ['without the newline', JSON.stringify([a, b])],
    ['as a list instead of the string', [a, b]],
    ['with entries that are no URL', JSON.stringify([a, '', null, {}, b])],
  ])('is read %s', (_name, sourceUrls) => {
    expect(read({ source_urls: sourceUrls })).toMatchObject({ sourceUrls: [a, b] });
  });

  test.each([
    ['empty', ''],
    ['an empty list', '[]\n'],
    ['broken', '["http://a.example/1.flv"'],
    ['no JSON', 'http://a.example/1.flv'],
    ['an object', '{"0":"http://a.example/1.flv"}'],
    ['an object instead of the string', { 0: a }],
    ['a number instead of the string', 5],
    ['null', null],
  ])('that is %s names no source, and the rest of the callback is read', (_name, sourceUrls) => {
    expect(read({ source_urls: sourceUrls })).toMatchObject({ sourceUrls: [], taskId: '1', streamId: 'one' });
  });

  test('is bounded: of a longer list, the last one is marked and differs where the rest does', () => {
    const many = Array.from({ length: sourceUrlsMax + 1 }, (_, index) => `http://a.example/${index}`);
    const readUrls = (urls: readonly string[]) =>
      (read({ source_urls: sourceUrlsAsSent(...urls) }) as RelayDetails).sourceUrls;
    const [urls, others] = [readUrls(many), readUrls([...many.slice(0, -1), 'http://a.example/other'])];
    expect(urls).toHaveLength(sourceUrlsMax);
    expect(urls.slice(0, -1)).toEqual(many.slice(0, sourceUrlsMax - 1));
    expect(urls.at(-1)).toMatch(/^…~[0-9a-f]{32}$/);
    expect(others.at(-1)).not.toBe(urls.at(-1));
    expect(readUrls(many.slice(0, -1))).toEqual(many.slice(0, -1));
  });
});

describe('the stream that a task pushes to', () => {
  test('is stream_id where it says one, whatever to_url says', () => {
    expect(read({ stream_id: 'named', to_url: 'rtmp://push.example/live/other' })).toMatchObject({ streamId: 'named' });
  });

  test.each(['', null, undefined, {}])('is the last part of to_url where stream_id is %p', (streamId) => {
    expect(read({ stream_id: streamId, to_url: 'rtmp://push.example/live/one?txSecret=s&a=/b/c' })).toMatchObject({
      streamId: 'one',
    });
  });

  test('is unknown where neither says it', () => {
    expect(interpret(without(relayBody('TaskStart'), 'stream_id', 'to_url'))).toMatchObject({
      streamId: null,
      toUrl: null,
    });
  });
});

describe('a target URL is read into domain, path and stream', () => {
  test.each([
    ['rtmp://push.example/live/one', 'push.example', 'live', 'one'],
    ['rtmp://push.example:1935/live/one', 'push.example', 'live', 'one'],
    ['rtmp://user:word@push.example/live/one', 'push.example', 'live', 'one'],
    ['rtmp://push.example/live/one?txSecret=a/b#c/d', 'push.example', 'live', 'one'],
    ['RTMPS://push.example/live/one', 'push.example', 'live', 'one'],
    ['rtmp://push.example/a/b/one', 'push.example', 'a/b', 'one'],
    ['rtmp://push.example//live//one/', 'push.example', 'live', 'one'],
    ['rtmp://push.example/one', 'push.example', '', 'one'],
    [' rtmp://push.example /live / one /\n', 'push.example', 'live', 'one'],
    ['rtmp://push.example/live/one ?txSecret=a', 'push.example', 'live', 'one'],
  ])('%s', (url, domain, path, streamId) => {
    expect(parseTargetUrl(url)).toEqual({ domain, path, streamId });
  });

  test.each([
    null,
    '',
    'push.example/live/one',
    'rtmp://push.example',
    'rtmp://push.example/',
    'rtmp:///live/one',
    'rtmp:// /live/one',
    'rtmp://push.example/ / ',
    '?',
  ])('%p is none', (url) => {
    expect(parseTargetUrl(url)).toBeNull();
  });
});
