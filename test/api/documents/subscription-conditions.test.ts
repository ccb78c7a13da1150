import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { assertUnconditional } from '../../../src/api/execution/document-bounds.ts';

describe('a subscription with a condition on its field, which graphql-js fails to validate', () => {
  test.each([
    'subscription ($a: Boolean!) { callbackRecorded @include(if: $a) { cursor } }',
    'subscription ($a: Boolean!) { ...a @skip(if: $a) } fragment a on Subscription { callbackRecorded { cursor } }',
    'subscription { ...a } fragment a on Subscription { ...a ... @skip(if: true) { callbackRecorded { cursor } } }',
  ])('is refused: %s', (text) => {
    expect(() => assertUnconditional(parse(text))).toThrow(
      expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }),
    );
  });

  test('is none where the condition is inside, or of a query', () => {
    assertUnconditional(parse('subscription ($a: Boolean!) { callbackRecorded { cursor @skip(if: $a) } }'));
    assertUnconditional(parse('query subscription ($a: Boolean!) { projections @skip(if: $a) { name } }'));
  });
});
