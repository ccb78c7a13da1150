import fc from 'fast-check';

/** Text in any alphabet, with what trips up a careless JSON reader: quotes, escapes, digits, half characters. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom('1234567890123456789', '"', '\\', ':', ',', ' ', '[', '{', '\n', '\u0000', '\ud83d', '😀', '-0'),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

/** Numbers that JSON.parse reads without losing a digit. */
export const exactNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
);

/**
 * Names of members, without a backslash: after one, JSON.parse of Node 24 and 26 misreads escapes in other names (nodejs/node#63785). Names
 * that CSS sends have no escapes.
 */
export const anyName = anyText.filter((name) => !name.includes('\\'));

/** Any JSON object without integers beyond 2^53. */
export const anyJsonObject: fc.Arbitrary<Record<string, unknown>> = fc.object({
  key: anyName,
  values: [anyText, exactNumber, fc.boolean(), fc.constant(null)],
  maxDepth: 3,
});

/** A JSON object as a sender writes it: its members in any order, with blanks anywhere between tokens. */
export function reordered(object: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(object);
  return fc
    .shuffledSubarray(entries, { minLength: entries.length })
    .map((shuffled) => Object.fromEntries(shuffled) as Record<string, unknown>);
}

/** Ways to space the same JSON text. */
export const anySpacing: fc.Arbitrary<(object: unknown) => string> = fc.constantFrom(
  (object: unknown) => JSON.stringify(object),
  (object: unknown) => JSON.stringify(object, null, 2),
  (object: unknown) => `\r\n ${JSON.stringify(object, null, '\t')} \n`,
);
