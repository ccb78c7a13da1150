import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  refusedFilter,
  refusedPath,
  refusedSelectionOf,
  refusedWindowNames,
} from '../../console/src/pages/endings/refused/selection.ts';

const name = fc.option(fc.string({ minLength: 1 }));
const stream = fc.record({ appId: name, domain: name, path: name, streamId: name });

test('an address of refused pushes has all of what is selected', () => {
  fc.assert(
    fc.property(fc.constantFrom(...refusedWindowNames), fc.option(stream), (window, selected) => {
      const { searchParams } = new URL(refusedPath({ window, stream: selected }), 'http://a.example');
      expect(searchParams.get('shows')).toBe('refused');
      expect(refusedSelectionOf(searchParams)).toEqual({ window, stream: selected });
    }),
  );
});

test('an address without them selects the last hour and every stream', () => {
  expect(refusedSelectionOf(new URLSearchParams('shows=refused&window=2y'))).toEqual({ window: '1h', stream: null });
});

test('a stream without a domain is not the one of that name in a domain', () => {
  expect(refusedFilter({ appId: '1', domain: null, path: 'live', streamId: 'a' })).toEqual({
    appId: { eq: '1' },
    domain: { isNull: true },
    path: { eq: 'live' },
    streamId: { eq: 'a' },
  });
});
