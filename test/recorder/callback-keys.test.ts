import { describe, expect, test } from '@jest/globals';
import { signatureOf } from '../../src/callbacks/arrival.ts';
import { parseCallbackKeys } from '../../src/recorder/authenticity.ts';

describe('the signature of a callback', () => {
  test.each([
    ['seed 002', 'test', 1545030873, 'ca3e25e5dc17a6f9909a9ae7281e300d'],
    ['a public receiver', 'Xz4ZgayTr7rMgWQrH', 1588040109, 'a2dabb362a9b811c0e26953a6276a41c'],
  ])('is the MD5 of key and t: the vector of %s', (_name, key, t, sign) => {
    expect(signatureOf(key, t)).toBe(sign);
  });
});

describe('CSS_CALLBACK_KEYS', () => {
  test.each([
    ['', []],
    ['k1', [{ domain: null, key: 'k1' }]],
    [
      'k1,k2',
      [
        { domain: null, key: 'k1' },
        { domain: null, key: 'k2' },
      ],
    ],
    ['Push.Example.com=k1', [{ domain: 'push.example.com', key: 'k1' }]],
    [
      ' a.com = k1 , ,k2, ',
      [
        { domain: 'a.com', key: 'k1' },
        { domain: null, key: 'k2' },
      ],
    ],
    ['a.com=k=1', [{ domain: 'a.com', key: 'k=1' }]],
  ])('%j are read: commas part the entries, blanks do not count', (list, keys) => {
    expect(parseCallbackKeys(list)).toEqual(keys);
  });

  test.each(['canary-1,=canary-2', 'canary-1,canary-2=', 'canary-1,  =  '])(
    '%j are refused by the place of the wrong entry, without a word of what it holds',
    (list) => {
      expect(() => parseCallbackKeys(list)).toThrow('entry 2 is neither "key" nor "domain=key"');
      expect(() => parseCallbackKeys(list)).not.toThrow(/canary/);
    },
  );

  test('a list of blanks and commas has no entries', () => {
    expect(parseCallbackKeys(' , ,, ')).toEqual([]);
  });
});
