import { describe, expect, test } from '@jest/globals';
import { judgeAuthenticity, type AuthenticitySettings, parseCallbackKeys } from '../../src/recorder/authenticity.ts';
import { parseSample } from '../support/samples.ts';
import { signed } from '../support/signed.ts';

const t = 1_545_030_873;
const nowMs = t * 1_000;
const token = 'token-of-sixteen-or-more';

function settings(keys = '', tokens: string[] = []): AuthenticitySettings {
  return { keys: parseCallbackKeys(keys), tokens };
}

function judge(given: AuthenticitySettings, body: Record<string, unknown> | null, urlToken: string | null = null) {
  return judgeAuthenticity(given, { body, token: urlToken }, nowMs).signature;
}

describe('a callback without keys and tokens to check with', () => {
  test.each([
    ['a signed body', signed({ app: 'a.com' }, 'k1', t)],
    ['a body without a signature', { app: 'a.com' }],
    ['no JSON object', null],
  ])('is NOT_CHECKED: %s', (_name, body) => {
    expect(judge(settings(), body)).toBe('NOT_CHECKED');
    expect(judge(settings(), body, 'any-token')).toBe('NOT_CHECKED');
  });
});

describe('a signed callback', () => {
  test('is VALID: the push of the vendor’s document, with the key it was signed with', () => {
    expect(judge(settings('test'), parseSample('push'))).toBe('VALID');
  });

  test('is VALID with each of several keys that live at once', () => {
    for (const key of ['k1', 'k2', 'k3']) expect(judge(settings('k1,k2,k3'), signed({}, key, t))).toBe('VALID');
  });

  test('is INVALID with a key that is not among them', () => {
    expect(judge(settings('k1,k2'), signed({}, 'k3', t))).toBe('INVALID');
  });

  test('is INVALID where only tokens are set: there is no key that it could fit', () => {
    expect(judge(settings('', [token]), signed({}, 'k1', t))).toBe('INVALID');
  });

  test.each([
    ['the key of its domain', 'a.com', 'key-a', 'VALID'],
    ['the key of its domain, spelt in capitals', 'A.COM', 'key-a', 'VALID'],
    ['a key that is bound to no domain', 'a.com', 'key-of-all', 'VALID'],
    ['the key of another domain', 'a.com', 'key-b', 'INVALID'],
    ['the key of a domain, its own having none', 'c.com', 'key-a', 'INVALID'],
    ['any key, naming no domain', undefined, 'key-b', 'VALID'],
  ])('signed with %s', (_name, app, key, verdict) => {
    const given = settings('a.com=key-a,b.com=key-b,key-of-all');
    expect(judge(given, signed(app === undefined ? {} : { app }, key, t))).toBe(verdict);
  });

  test.each([
    [{ domain: 'a.com' }, 'VALID'],
    [{ domain: ' A.com ' }, 'VALID'],
    [{ domain: 'b.com' }, 'INVALID'],
    [{ app: 'a.com', domain: 'b.com' }, 'INVALID'],
    [{ app: 'b.com', domain: 'a.com' }, 'INVALID'],
    [{ domain: 5 }, 'INVALID'],
    [{ to_url: 'rtmp://A.com:1935/live/s?txSecret=x' }, 'VALID'],
    [{ to_url: 'rtmp://b.com/live/s' }, 'INVALID'],
    [{ to_url: 'no URL' }, 'INVALID'],
    [{ event_type: 314, to_url: 'http://a.com\\@b.com/live/s' }, 'INVALID'],
    [{ data: { event_type: 329, app: 'a.com' } }, 'VALID'],
    [{ data: { event_type: 329, app: 'b.com' } }, 'INVALID'],
  ])('of any type counts for the domain that it names: %j is %s with the key of a.com', (body, verdict) => {
    expect(judge(settings('a.com=key-a,b.com=key-b'), signed(body, 'key-a', t))).toBe(verdict);
  });

  test.each([
    [900_000, 'VALID'],
    [-900_000, 'VALID'],
    [900_001, 'EXPIRED'],
    [-900_001, 'EXPIRED'],
    [600_000, 'VALID'],
    [-422_000, 'VALID'],
  ])('whose t is %s ms from our clock is %s', (offMs, verdict) => {
    const given = settings('k1');
    const body = signed({}, 'k1', t);
    expect(judgeAuthenticity(given, { body, token: null }, nowMs - offMs).signature).toBe(verdict);
  });

  test('with a wrong sign is INVALID, not EXPIRED, however old', () => {
    expect(judge(settings('k1'), signed({}, 'k2', t - 100_000))).toBe('INVALID');
  });

  test('is judged alike where t is a string', () => {
    expect(judge(settings('k1'), { ...signed({}, 'k1', t), t: String(t) })).toBe('VALID');
    expect(judge(settings('k1'), { ...signed({}, 'k1', t - 901), t: String(t - 901) })).toBe('EXPIRED');
    expect(judge(settings('k1'), { ...signed({}, 'k2', t), t: String(t) })).toBe('INVALID');
  });

  test('covers t: another t than the one that was signed is INVALID', () => {
    expect(judge(settings('k1'), { ...signed({}, 'k1', t), t: t + 1 })).toBe('INVALID');
  });

  test.each([
    ['cut', (sign: string) => sign.slice(1)],
    ['in capitals', (sign: string) => sign.toUpperCase()],
    ['with a blank', (sign: string) => `${sign} `],
  ])('is INVALID where its sign is %s', (_name, spoil) => {
    const body = signed({}, 'k1', t);
    expect(judge(settings('k1'), { ...body, sign: spoil(body.sign) })).toBe('INVALID');
  });
});

describe('an unsigned callback', () => {
  test.each([
    ['neither sign nor t', {}],
    ['no sign', { t }],
    ['no t', { sign: 'ca3e25e5dc17a6f9909a9ae7281e300d' }],
    ['an empty sign', { t, sign: '' }],
    ['a sign that is no text', { t, sign: 5 }],
    ['a sign in a list', { t, sign: ['ca3e25e5dc17a6f9909a9ae7281e300d'] }],
    ['a t that is no number', { t: 'soon', sign: 'ca3e25e5dc17a6f9909a9ae7281e300d' }],
    ['a t with a fraction', { t: t + 0.5, sign: 'ca3e25e5dc17a6f9909a9ae7281e300d' }],
    ['a t that is null', { t: null, sign: 'ca3e25e5dc17a6f9909a9ae7281e300d' }],
    ['no JSON object', null],
  ])('is UNSIGNED: it has %s', (_name, body) => {
    expect(judge(settings('test'), body)).toBe('UNSIGNED');
  });
});

describe('a token in the URL', () => {
  const given = settings('k1', ['another-token-of-ours', token]);

  test.each([
    ['is right', signed({}, 'k1', t)],
    ['is wrong', signed({}, 'k2', t)],
    ['is expired', signed({}, 'k1', t - 5_000)],
    ['is missing', {}],
  ])('suffices where it is listed: sign %s', (_name, body) => {
    expect(judge(given, body, token)).toBe('TOKEN');
  });

  test('suffices for a body that is no JSON object', () => {
    expect(judge(given, null, token)).toBe('TOKEN');
  });

  test.each(['', 'unlisted-token-of-ours', token.slice(1), `${token}x`, token.toUpperCase()])(
    'that is not listed proves nothing, and takes nothing from a right sign: %j',
    (urlToken) => {
      expect(judge(given, {}, urlToken)).toBe('UNSIGNED');
      expect(judge(given, signed({}, 'k1', t), urlToken)).toBe('VALID');
    },
  );

  test('a callback key is no token', () => {
    expect(judge(given, {}, 'k1')).toBe('UNSIGNED');
  });
});

describe('what is wrong with a callback', () => {
  const given = settings('a.com=key-a,b.com=key-b,key-of-all', [token]);

  test.each([
    ['no sign', { t }, { check: 'SIGN_PRESENT', field: 'sign' }],
    ['a sign that is no text', { t, sign: 5 }, { check: 'SIGN_PRESENT', field: 'sign' }],
    ['neither', {}, { check: 'SIGN_PRESENT', field: 'sign' }],
    ['no t', { sign: 'x' }, { check: 'SIGN_PRESENT', field: 't' }],
    ['a t that is no number', { sign: 'x', t: 'soon' }, { check: 'SIGN_PRESENT', field: 't' }],
    ['a wrong sign', signed({ app: 'a.com' }, 'none', t), { check: 'SIGN_MATCHES', field: 'sign' }],
    ['a wrong sign and an old t', signed({ app: 'a.com' }, 'none', 1), { check: 'SIGN_MATCHES', field: 'sign' }],
    ['a key of another domain', signed({ app: 'a.com' }, 'key-b', t), { check: 'SIGN_OF_OTHER_DOMAIN', field: 'app' }],
    [
      'a key of a domain, naming it by a number',
      signed({ app: 5 }, 'key-b', t),
      { check: 'SIGN_OF_OTHER_DOMAIN', field: 'app' },
    ],
    ['a t behind', signed({ app: 'a.com' }, 'key-a', t - 901), { check: 'CLOCK', field: 't', secondsOff: -901 }],
    ['a t ahead', signed({ app: 'a.com' }, 'key-a', t + 5_000), { check: 'CLOCK', field: 't', secondsOff: 5_000 }],
    [
      'a t beyond all clocks',
      signed({}, 'key-a', Number.MAX_SAFE_INTEGER),
      { check: 'CLOCK', field: 't', secondsOff: 3_155_760_000 },
    ],
  ])('names the check that failed and the field: %s', (_name, body, diagnosis) => {
    expect(judgeAuthenticity(given, { body, token: null }, nowMs).diagnosis).toEqual(diagnosis);
  });

  test('is nothing where it is authentic', () => {
    expect(judgeAuthenticity(given, { body: signed({}, 'key-a', t), token: null }, nowMs).diagnosis).toBeNull();
    expect(judgeAuthenticity(given, { body: {}, token }, nowMs).diagnosis).toBeNull();
    expect(judgeAuthenticity(settings(), { body: {}, token: null }, nowMs).diagnosis).toBeNull();
  });
});
