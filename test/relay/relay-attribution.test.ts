import { describe, expect, test } from '@jest/globals';
import { chooseCandidate, silentAfterMs, type AttributionCandidate } from '../../src/relay/relay-task.ts';

const exitAtMs = 1_600_000_000_000;
const exit = { occurredAtMs: exitAtMs, receivedAtMs: exitAtMs };

/** A task whose last callback was so long before the exit; null: none was. */
function candidate(taskRow: number, quietMs: number | null, hasLaterStart = false): AttributionCandidate {
  const atMs = exitAtMs - (quietMs ?? 0);
  const lastBefore = quietMs === null ? null : { occurredAtMs: atMs, receivedAtMs: atMs };
  return { taskRow, hasLaterStart, lastBefore };
}

describe('an exit that names no task', () => {
  test.each<[string, AttributionCandidate[], number | null]>([
    ['to none where there is none', [], null],
    ['to the only candidate', [candidate(1, 1_000)], 1],
    ['to the only candidate, silent or started again', [candidate(1, silentAfterMs + 1, true)], 1],
    ['to none of two', [candidate(1, 1_000), candidate(2, 2_000)], null],
    ['to the one that was not started again later', [candidate(1, 1_000, true), candidate(2, 2_000)], 2],
    ['to none where all were started again', [candidate(1, 1_000, true), candidate(2, 2_000, true)], null],
    ['to the one that is not silent', [candidate(1, silentAfterMs + 1), candidate(2, silentAfterMs)], 2],
    ['to none where all are silent', [candidate(1, silentAfterMs + 1), candidate(2, null)], null],
    ['to none where two are not silent', [candidate(1, 1), candidate(2, 2), candidate(3, null)], null],
    [
      'to none where the silent one steps back and the other was started again',
      [candidate(1, null), candidate(2, 1, true)],
      null,
    ],
  ])('belongs %s', (_name, candidates, expected) => {
    expect(chooseCandidate(candidates, exit)).toBe(expected);
    expect(chooseCandidate([...candidates].reverse(), exit)).toBe(expected);
  });

  test('that carries no time compares when callbacks arrived', () => {
    const untimed = { occurredAtMs: null, receivedAtMs: exitAtMs };
    const ofOtherClock = (taskRow: number, receivedAtMs: number) => ({
      taskRow,
      hasLaterStart: false,
      lastBefore: { occurredAtMs: 1, receivedAtMs },
    });
    const candidates = [ofOtherClock(1, exitAtMs - silentAfterMs - 1), ofOtherClock(2, exitAtMs - 1)];
    expect(chooseCandidate(candidates, untimed)).toBe(2);
  });
});
