import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalBody, canonicalByMembers, digestOf, identityBytes } from '../../src/callbacks/identity.ts';
import { parseJsonObject, type JsonObject } from '../../src/callbacks/json-object.ts';
import { readGolden } from '../support/golden.ts';
import { anyJsonObject, anyName, anySpacing, anyText, exactNumber, reordered } from '../support/json-arbitraries.ts';
import { parseSample, readSample } from '../support/samples.ts';

function identityOfText(text: string | Uint8Array): string {
  const parsed = parseJsonObject(Buffer.from(text as string));
  if (!parsed.ok) throw new Error(parsed.reason);
  return digestOf(parsed.object);
}

/** The same body with other stamps, in any order and spacing. */
function copyOf(object: Record<string, unknown>): fc.Arbitrary<string> {
  return fc
    .record({ t: fc.oneof(exactNumber, anyText), sign: anyText })
    .chain((stamps) => fc.tuple(reordered({ ...object, ...stamps }), anySpacing))
    .map(([copy, space]) => space(copy));
}

describe('the identity of a callback', () => {
  test('is one for thirteen re-stamped, re-ordered, re-spaced copies', () => {
    fc.assert(
      fc.property(fc.array(copyOf(parseSample('push')), { minLength: 13, maxLength: 13 }), (copies) => {
        expect(new Set(copies.map(identityOfText))).toEqual(new Set([identityOfText(readSample('push'))]));
      }),
      { numRuns: 30 },
    );
  });

  test('does not depend on how a number is written', () => {
    const written = ['{"a":1}', '{"a":1.0}', '{"a":1e0}', '{"a":10E-1}'].map(identityOfText);
    expect(new Set(written).size).toBe(1);
  });

  test('does not depend on the order of members at any depth', () => {
    expect(identityOfText('{"a":{"x":1,"y":[{"p":1,"q":2}]}}')).toBe(
      identityOfText('{"a":{"y":[{"q":2,"p":1}],"x":1}}'),
    );
  });

  test.each(Object.keys(parseSample('interruption')).filter((key) => key !== 't' && key !== 'sign'))(
    'is another one where %s is changed, missing, null, or of another type',
    (key) => {
      const sample = parseSample('interruption');
      const { [key]: value, ...without } = sample;
      const asOtherType = typeof value === 'number' ? String(value) : String(value).length;
      const bodies = [
        sample,
        without,
        { ...sample, [key]: null },
        { ...sample, [key]: asOtherType },
        { ...sample, [key]: `${String(value)} ` },
      ];
      expect(new Set(bodies.map(digestOf)).size).toBe(bodies.length);
    },
  );

  test('is another one where something is added, at any depth', () => {
    const bodies = [
      {},
      { '': 1 },
      { a: {} },
      { a: [] },
      { a: [{ t: 1 }] },
      { a: [{ t: 2 }] },
      { a: [{ sign: 1 }] },
      { a: 'x' },
      { a: '\ud800' },
      { a: '\ufffd' },
      { a: 1, b: 2 },
      { a: { b: 2 } },
      { a: [1, 2] },
      { a: [2, 1] },
      JSON.parse('{"__proto__":1}') as JsonObject,
    ];
    expect(new Set(bodies.map(digestOf)).size).toBe(bodies.length);
  });

  test('property: two bodies have one identity where they are equal without t and sign, and nowhere else', () => {
    // `toEqual` ignores the order of members, and nothing else of JSON.
    const equal = (one: JsonObject, other: JsonObject) => {
      const [{ t: _t1, sign: _s1, ...first }, { t: _t2, sign: _s2, ...second }] = [one, other];
      return sorted(first) === sorted(second);
    };
    const small = fc.dictionary(
      fc.constantFrom('a', 't', 'sign', 'b'),
      fc.constantFrom<unknown>(0, '0', null, false, '', [], {}, [0], ['0'], { t: 0 }, { a: 0 }),
    );
    fc.assert(
      fc.property(fc.oneof(small, anyJsonObject), small, (one, other) => {
        expect(digestOf(one) === digestOf(other)).toBe(equal(one, other));
      }),
      { numRuns: 1_000 },
    );
  });

  test('property: the quick way gives the text that the way member by member gives, for any JSON', () => {
    // As parsed, so that `__proto__` is a member; many shapes, so that those remembered are replaced.
    const key = fc.oneof(anyName, fc.constantFrom('__proto__', '1', '10', '9', '-1', '01', 't', 'sign', 'toJSON', 'a'));
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.oneof(anyText, exactNumber, fc.boolean(), fc.constantFrom(null, -0, 1e21, 2 ** 60)) },
      { weight: 1, arbitrary: anyJsonObject },
    );
    const member = fc.tuple(key, value).map(([name, content]) => `${JSON.stringify(name)}:${JSON.stringify(content)}`);
    const text = fc.array(member, { maxLength: 70 }).map((members) => `{${members.join(',')}}`);
    fc.assert(
      fc.property(text, (json) => {
        const parsed = parseJsonObject(Buffer.from(json));
        if (!parsed.ok) throw new Error(parsed.reason);
        // Twice: as a new shape, and as one that is remembered.
        for (const body of [parsed.object, { ...parsed.object }]) {
          expect(canonicalBody(body)).toBe(canonicalByMembers(body));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is not confused by members that are undefined, numbers as keys, or many keys', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${99 - index}`, index]));
    for (const body of [{ b: undefined, a: 1 }, { b: 1, 10: 1, 9: 1 }, many]) {
      expect(canonicalBody(body)).toBe(canonicalByMembers(body));
    }
  });

  test('is not confused by the cached keys of a body that has fewer, or as many, of which some are not hashed', () => {
    const { t, ...unstamped } = parseSample('push');
    for (const body of [
      { t, ...unstamped },
      { t, ...unstamped, more: 1 },
      { ...unstamped, more: 1 },
    ]) {
      expect(canonicalBody(body)).toBe(canonicalByMembers(body));
    }
  });

  test('has the canonical text and the digest that every read model has', () => {
    const golden = readGolden<{ canonical: string; digest: string }>('identity-push');
    expect(canonicalBody(parseSample('push'))).toBe(golden.canonical);
    expect(digestOf(parseSample('push'))).toBe(golden.digest);
    expect(golden.digest).toHaveLength(identityBytes * 2);
  });
});

/** An independent canonical text: entries instead of members, so that nothing is shared with the code under test. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) => {
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return child;
    return ['object', ...Object.entries(child).sort(([one], [other]) => (one < other ? -1 : 1))];
  });
}
