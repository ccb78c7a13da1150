import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { personalCuts, personalSubjectOf } from '../../src/callbacks/personal-data.ts';
import { interpret } from '../../src/callbacks/callback.ts';
import { putBack, takeOut } from '../../src/log/sealing/sealed-event.ts';
import { anyJsonObject, anyText } from '../support/json-arbitraries.ts';
import { relayBody, sourceUrlsAsSent } from '../support/relay-bodies.ts';
import { typedBodies } from '../support/typed-bodies.ts';

/** What is left of a body once its personal values are taken out; fails if putting them back gives another body. */
function left(body: unknown): string {
  const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const cut = takeOut(text, personalCuts(text));
  expect(putBack(cut.left, cut.taken).equals(text)).toBe(true);
  return Buffer.from(cut.left).toString();
}

test('takes out addresses, nodes and parameters, and leaves what names the stream', () => {
  const body = {
    appid: 1,
    app: '10.0.0.1',
    appname: 'live',
    stream_id: 'show',
    sequence: '6674468118806626493',
    user_ip: '203.0.113.7',
    node: '198.51.100.9',
    stream_param: 'user=anna',
    clientIp: 7,
    server_ips: ['::1', {}],
    errmsg: 'client 203.0.113.7 or 2001:db8::7 was closed, version 1.2.3.4.5',
  };
  expect(JSON.parse(left(body))).toEqual({
    ...body,
    user_ip: null,
    node: null,
    stream_param: null,
    clientIp: null,
    server_ips: null,
    errmsg: 'client  or  was closed, version 1.2.3.4.5',
  });
});

test('takes out queries and logins of URLs, however JSON writes them', () => {
  expect(JSON.parse(left({ url: 'rtmp://anna:pw@a.example/live/one?user=anna', b: '/live/one?user=anna&x' }))).toEqual({
    url: 'rtmp://a.example/live/one',
    b: '/live/one',
  });
  expect(left(String.raw`{"url":"https:\/\/a.example\/one\u003fuser=anna\u0026b=c", "next":1}`)).toBe(
    String.raw`{"url":"https:\/\/a.example\/one", "next":1}`,
  );
  const urls = sourceUrlsAsSent('https://a.example/1.flv?user=anna', 'https://b.example/2.flv', 'http://c/3?x=anna#y');
  const relay = JSON.parse(left(relayBody('TaskStart', '{}', { source_urls: urls }))) as Record<string, string>;
  expect(relay['source_urls']).toBe(
    sourceUrlsAsSent('https://a.example/1.flv', 'https://b.example/2.flv', 'http://c/3'),
  );
  expect(left({ msg: JSON.stringify({ user_ip: 'anna', index: 1, url: 'http://[2001:db8::1]/a?anna' }) })).toBe(
    JSON.stringify({ msg: JSON.stringify({ user_ip: '', index: 1, url: 'http://[2001:db8::1]/a' }) }),
  );
});

test('leaves nothing of what is personal in any documented callback', () => {
  const names = { appid: 1, domain: 'push.example.com', path: 'live', streamId: 'show', sequence: '24' };
  for (const body of Object.values(typedBodies(names, 1_800_000_000))) {
    expect(left(body)).not.toMatch(/secret|203\.0\.113\.7/);
  }
});

test('gives any body back byte for byte, and what is left is JSON', () => {
  const url = fc.tuple(anyText, anyText).map(([one, other]) => `${one} https://a:b@c.example/${one}?${other}`);
  const member = fc.record({ user_ip: fc.anything(), stream_param: url, msg: url, node: anyText, note: fc.ipV6() });
  const bodies = fc
    .tuple(anyJsonObject, member)
    .map(([one, other]) => JSON.stringify({ ...one, ...other, more: [one] }));
  fc.assert(
    fc.property(bodies, (body) => {
      const shown = JSON.parse(left(body)) as Record<string, unknown>;
      expect(shown['stream_param']).toBeNull();
      expect(shown['node']).toBeNull();
      expect(Object.keys(shown).sort()).toEqual(Object.keys(JSON.parse(body) as object).sort());
    }),
  );
});

test('names the session, the task, the stream or the account', () => {
  const subjectOf = (body: Record<string, unknown>) => personalSubjectOf(interpret(body));
  const push = { event_type: 1, appid: 1, app: 'a.example', appname: 'live', stream_id: 'show', sequence: '24' };
  expect(subjectOf(push)).toBe('["StreamSession","1","24"]');
  expect(subjectOf({ ...push, event_type: 0 })).toBe('["StreamSession","1","24"]');
  expect(subjectOf({ ...push, event_type: 100, sequence: undefined })).toBe('pushedStream-1/a.example/live/show');
  expect(subjectOf(relayBody('TaskStart'))).toBe('["RelayTask","4","1"]');
  expect(subjectOf(relayBody('TaskExit', {}, { task_id: '' }))).toBe('["Account","4",""]');
});
