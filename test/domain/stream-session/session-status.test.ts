import { describe, expect, test } from '@jest/globals';
import { sessionStatusOf, takeoverWithinMs } from '../../../src/domain/stream-session/stream-session-view.ts';

const open = { ended: false, endedAtMs: null, endCode: null };
const endedAtMs = 1_000_000;

function ended(endCode: number | null, at: number | null = endedAtMs) {
  return { ended: true, endedAtMs: at, endCode };
}

describe('the status of a session in its stream', () => {
  test('without an end, and the newest: LIVE', () => {
    expect(sessionStatusOf(open, null)).toEqual({ state: 'LIVE', endSide: null });
  });

  test('without an end, and a newer one known: SUPERSEDED, not ended', () => {
    expect(sessionStatusOf(open, 1)).toEqual({ state: 'SUPERSEDED', endSide: null });
  });

  test.each([null, 1])('with an end: ENDED, whatever follows (%p)', (nextStartMs) => {
    expect(sessionStatusOf(ended(1), nextStartMs)).toEqual({ state: 'ENDED', endSide: 'CLIENT' });
  });

  test('with an end without a code or a time: ENDED, side unknown', () => {
    expect(sessionStatusOf(ended(null, null), 1)).toEqual({ state: 'ENDED', endSide: 'UNKNOWN' });
  });
});

describe('code 21 means two things', () => {
  test.each([
    ['no newer push is known', null, 'OPERATOR'],
    ['a newer push began before the end', endedAtMs - 5_000, 'TAKEOVER'],
    ['a newer push began at the end', endedAtMs, 'TAKEOVER'],
    ['a newer push began just within the time', endedAtMs + takeoverWithinMs, 'TAKEOVER'],
    ['a newer push began later', endedAtMs + takeoverWithinMs + 1, 'OPERATOR'],
  ])('where %s: %p is %s', (_name, nextStartMs, side) => {
    expect(sessionStatusOf(ended(21), nextStartMs)).toEqual({ state: 'ENDED', endSide: side });
  });

  test('where it is not known when the push ended: the operator, because nothing shows a takeover', () => {
    expect(sessionStatusOf(ended(21, null), 1).endSide).toBe('OPERATOR');
  });

  test('and a newer push changes the meaning of no other code', () => {
    expect(sessionStatusOf(ended(20), endedAtMs).endSide).toBe('NETWORK');
  });
});
