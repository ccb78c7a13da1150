import { describe, expect, test } from '@jest/globals';
import { readAllowedAddresses, readForwardFile, readForwardTo } from '../../src/forwarding/read-targets.ts';

const none = { loopback: false, private: false };
const inFile = (...targets: unknown[]) => readForwardFile(JSON.stringify({ targets }), none);

describe('FORWARD_TO', () => {
  test('names each target by its host and a digest, because its path may be a secret', () => {
    const { targets, problems } = readForwardTo('https://a.example/css/secret, http://b.example:8080', none);
    expect(problems).toEqual([]);
    expect(targets.map(({ name, url }) => [name, url])).toEqual([
      [expect.stringMatching(/^a\.example-[0-9a-f]{8}$/), 'https://a.example/css/secret'],
      [expect.stringMatching(/^b\.example_8080-[0-9a-f]{8}$/), 'http://b.example:8080/'],
    ]);
    expect(targets[0]).toMatchObject({
      filter: null,
      headers: {},
      signingKey: null,
      concurrency: 16,
      perSecond: null,
      giveUpAfterMs: 86_400_000,
    });
  });

  test('reports all that is wrong, without quoting it', () => {
    const list =
      'canary, ftp://canary.example/, https://canary:canary@a.example/, http://127.0.0.1/canary, http://[::1]/, https://a.example/, https://a.example/';
    const { problems } = readForwardTo(list, none);
    expect(problems).toEqual([
      'FORWARD_TO: entry 1: must be a URL',
      'FORWARD_TO: entry 2: must begin with http:// or https://',
      'FORWARD_TO: entry 3: must have no login; set a header instead',
      'FORWARD_TO: entry 4: has an address that is not public, and FORWARD_ALLOW does not allow it',
      'FORWARD_TO: entry 5: has an address that is not public, and FORWARD_ALLOW does not allow it',
      'FORWARD_TO: entry 7: another target has its name',
    ]);
  });

  test.each(['https://canary@a.example/', 'https://:canary@a.example/'])('refuses a login in %s', (url) =>
    expect(readForwardTo(url, none).problems).toEqual([expect.stringMatching(/: must have no login/)]),
  );

  test.each([
    'http://0x7f.1/',
    'http://2130706433/',
    'http://[::ffff:7f00:1]/',
    'http://0/',
    'http://169.254.169.254/',
    'http://LocalHost:3000/css',
    'http://css.localhost./',
  ])('refuses the address in %s, however it is written', (url) =>
    expect(readForwardTo(url, none).problems).toHaveLength(1),
  );

  test('takes this machine by its name where loopback is allowed', () =>
    expect(readForwardTo('http://localhost:3000/css', { ...none, loopback: true }).problems).toEqual([]));
});

describe('FORWARD_FILE', () => {
  test('takes all keys of a target', () => {
    const target = {
      name: 'billing',
      url: 'https://a.example/css',
      filter: { eventTypes: [0, 1], domains: ['Push.Example.com'], paths: ['live'] },
      headers: { 'X-Token': 'secret' },
      signingKey: 'key',
      concurrency: 2,
      perSecond: 50,
      giveUpAfterMs: 60_000,
    };
    const filter = { ...target.filter, domains: ['push.example.com'] };
    expect(inFile({ ...target, ordered: false })).toEqual({
      problems: [],
      targets: [{ ...target, filter, headers: { 'x-token': 'secret' }, isOrdered: false }],
    });
  });

  test.each(['connection', 'Keep-Alive', 'transfer-encoding', 'upgrade', 'expect', 'content-length'])(
    'refuses the header %s, with which no request can be made',
    (name) => {
      const { problems } = inFile({ url: 'https://a.example/', headers: { [name]: '5' } });
      expect(problems).toEqual(['FORWARD_FILE: targets[0].headers: entry 1 is not a header that can be set']);
    },
  );

  test.each([
    { concurrency: 257 },
    { perSecond: 10_001 },
    { giveUpAfterMs: 30 * 24 * 3_600_000 + 1 },
    { signingKey: 1 },
    { ordered: 'no' },
    { name: '' },
    { name: 1 },
    { headers: [] },
    { filter: 'all' },
    { filter: { domains: ['a.com', ''] } },
    { filter: { paths: ['live', 1] } },
    { filter: { eventTypes: [0, 0.5] } },
    { filter: { paths: Array.from({ length: 1_001 }, () => 'live') } },
  ])('refuses %j', (wrong) => {
    expect(inFile({ url: 'https://a.example/', ...wrong }).problems).toEqual([
      expect.stringMatching(new RegExp(`^FORWARD_FILE: targets\\[0\\]\\.${Object.keys(wrong)[0]}\\b`)),
    ]);
  });

  test('takes numbers and lists as large as they may be', () => {
    const largest = { concurrency: 256, perSecond: 10_000, giveUpAfterMs: 30 * 24 * 3_600_000 };
    const filter = { paths: Array.from({ length: 1_000 }, () => 'live') };
    expect(inFile({ url: 'https://a.example/', ...largest, filter }).problems).toEqual([]);
  });

  test.each(['{', '[]', '{}', '{"targets":{}}', 'null'])('%s is no such file', (text) => {
    expect(readForwardFile(text, none)).toEqual({
      targets: [],
      problems: [expect.stringMatching(/^FORWARD_FILE: (the file|targets)/)],
    });
  });

  test('reports all that is wrong in all targets, names unknown keys, and quotes no value', () => {
    const { problems } = inFile(
      { name: 'canary canary', url: 'https://a.example/', signingKey: '', concurency: 1, 'canary canary': 1 },
      {
        url: 1,
        headers: { host: 'canary', a: 'canary\n', 'b b': 'canary', c: 1 },
        concurrency: 0,
        perSecond: 1.5,
        giveUpAfterMs: 1,
      },
      { url: 'https://a.example/', filter: { eventTypes: ['canary'], domains: [], paths: 'canary', streams: [] } },
      'canary',
    );
    expect(problems.map((problem) => problem.replace('FORWARD_FILE: targets', ''))).toEqual([
      '[0].name: must be a text that matches ^[\\w.-]{1,64}$',
      '[0].signingKey: must not be empty',
      '[0]: "concurency" is unknown, a key is unknown; there are name, url, filter, headers, signingKey, concurrency, perSecond, giveUpAfterMs, ordered',
      '[1].url: must be a URL',
      '[1].headers: entry 1 is not a header that can be set',
      '[1].headers: entry 2 is not a header that can be set',
      '[1].headers: entry 3 is not a header that can be set',
      '[1].headers: entry 4 is not a header that can be set',
      '[1].concurrency: must be a whole number from 1 to 256',
      '[1].perSecond: must be a whole number from 1 to 10000',
      '[1].giveUpAfterMs: must be a whole number from 60000 to 2592000000',
      '[2].filter.eventTypes[0]: must be a whole number',
      '[2].filter.domains: must have 1 to 1000 entries',
      '[2].filter.paths: must be a list',
      '[2].filter: "streams" is unknown; there are eventTypes, domains, paths',
      '[3]: must be an object',
    ]);
    expect(problems.join()).not.toContain('canary');
  });

  test('two targets can not have one name, nor can there be more than 256', () => {
    const target = { name: 'one', url: 'https://a.example/' };
    expect(inFile(target, target).problems).toEqual(['FORWARD_FILE: targets[1]: another target has its name']);
    const many = (length: number) =>
      inFile(...Array.from({ length }, (_, index) => ({ ...target, name: `t${index}` }))).problems;
    expect([many(256), many(257)]).toEqual([[], ['FORWARD_FILE: targets[256]: only 256 targets are possible']]);
  });
});

test('FORWARD_ALLOW', () => {
  expect(readAllowedAddresses('')).toEqual(none);
  expect(readAllowedAddresses('private, loopback')).toEqual({ loopback: true, private: true });
  expect(() => readAllowedAddresses('canary')).toThrow(/^must be "loopback", "private", or "loopback,private"$/);
});
