import { describe, expect, test } from '@jest/globals';
import { sessionStatusOf, takeoverWithinMs, type NextSession } from '../../src/sessions/stream-session-view.ts';

const open = { ended: false, endedAtMs: null, endCode: null, closedAtMs: null };
const endedAtMs = 1_000_000;

/** The next session: LIVE, or ended at this moment. */
function next(orderedAtMs: number, nextEndedAtMs: number | null = null): NextSession {
  return { orderedAtMs, ended: nextEndedAtMs !== null, endedAtMs: nextEndedAtMs };
}

function ended(endCode: number | null, at: number | null = endedAtMs) {
  return { ended: true, endedAtMs: at, endCode, closedAtMs: null };
}

describe('the status of a session in its stream', () => {
  test('without an end, and the newest: LIVE', () => {
    expect(sessionStatusOf(open, null)).toEqual({ state: 'LIVE', endSide: null });
  });

  test('without an end, and a newer one known: SUPERSEDED, not ended', () => {
    expect(sessionStatusOf(open, next(1))).toEqual({ state: 'SUPERSEDED', endSide: null });
  });

  test.each([null, next(1)])(
    'without an end, and closed by an operator: CLOSED, whatever follows (%p)',
    (following) => {
      expect(sessionStatusOf({ ...open, closedAtMs: 5 }, following)).toEqual({ state: 'CLOSED', endSide: null });
      expect(sessionStatusOf({ ...ended(1), closedAtMs: 5 }, following)).toEqual({ state: 'ENDED', endSide: 'CLIENT' });
    },
  );

  test.each([null, next(1)])('with an end: ENDED, whatever follows (%p)', (following) => {
    expect(sessionStatusOf(ended(1), following)).toEqual({ state: 'ENDED', endSide: 'CLIENT' });
  });

  test('with an end without a code or a time: ENDED, side unknown', () => {
    expect(sessionStatusOf(ended(null, null), next(1))).toEqual({ state: 'ENDED', endSide: 'UNKNOWN' });
  });
});

describe('code 21 means two things', () => {
  test.each([
    ['no newer push is known', null, 'OPERATOR'],
    ['a newer push began before the end, and is live', next(endedAtMs - 3_600_000), 'TAKEOVER'],
    ['a newer push began before the end, and ended in that moment', next(1, endedAtMs), 'TAKEOVER'],
    ['a newer push had ended before, long after it began', next(1, endedAtMs - 1), 'OPERATOR'],
    ['it had just begun', next(endedAtMs - takeoverWithinMs, endedAtMs - 1), 'TAKEOVER'],
    ['a newer push began at the end', next(endedAtMs), 'TAKEOVER'],
    ['a newer push began just within the time', next(endedAtMs + takeoverWithinMs), 'TAKEOVER'],
    ['a newer push began later', next(endedAtMs + takeoverWithinMs + 1), 'OPERATOR'],
  ])('where %s: %p is %s', (_name, following, side) => {
    expect(sessionStatusOf(ended(21), following)).toEqual({ state: 'ENDED', endSide: side });
  });

  test('where it is not known when the push ended: the operator, because nothing shows a takeover', () => {
    expect(sessionStatusOf(ended(21, null), next(1)).endSide).toBe('OPERATOR');
  });

  test('where the newer push has ended, and it is not known when: the operator, unless it had just begun', () => {
    const untimed = (orderedAtMs: number) => ({ orderedAtMs, ended: true, endedAtMs: null });
    expect(sessionStatusOf(ended(21), untimed(1)).endSide).toBe('OPERATOR');
    expect(sessionStatusOf(ended(21), untimed(endedAtMs - 1)).endSide).toBe('TAKEOVER');
  });

  test('and a newer push changes the meaning of no other code', () => {
    expect(sessionStatusOf(ended(20), next(endedAtMs)).endSide).toBe('NETWORK');
  });
});
