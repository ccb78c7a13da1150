import { describe, expect, test } from '@jest/globals';
import { expectedSessions } from '../../../simulator/expected/expected-sessions.ts';
import type { Unnumbered } from '../../../simulator/scenario/simulated-callback.ts';
import { activity, arrived, atMs, end, push } from '../../support/simulated.ts';

/** The fields of each session, by its sequence. */
function expected(...callbacks: readonly Unnumbered[]): Record<string, Record<string, unknown>> {
  const sessions = [...expectedSessions(arrived(callbacks))];
  return Object.fromEntries(sessions.map(([name, fields]) => [name.split(' ')[1] ?? '', { ...fields }]));
}

const [first, second] = [activity('700000000000000001', 0), activity('700000000000000002', 100)];
const at = (seconds: number) => new Date(atMs(seconds)).toISOString();

describe('what is expected of a session', () => {
  test('without an end it is live, until its stream is pushed again', () => {
    expect(expected(push(first))[first.sequence]).toMatchObject({ state: 'LIVE', endedAt: null, endCause: null });
    const both = expected(push(first), push(second));
    expect(both[first.sequence]).toMatchObject({ state: 'SUPERSEDED' });
    expect(both[second.sequence]).toMatchObject({ state: 'LIVE' });
  });

  test('without its push it begins its duration before its end', () => {
    expect(expected(end(first, 60, 1, 59_700))[first.sequence]).toMatchObject({
      startedAt: at(0.3),
      startedAtSource: 'DERIVED_FROM_DURATION',
      state: 'ENDED',
      endedAt: at(60),
      pushDurationMs: 59_700,
    });
  });

  test.each([18, 19])('if only its end arrived, and %d says that it was refused, there is none', (code) => {
    const sessions = expected(end(first, 60, code), push(second));
    expect(Object.keys(sessions)).toEqual([second.sequence]);
    expect(expected(push(first), end(first, 60, code))[first.sequence]).toMatchObject({ endCode: code });
    expect(expected(end(first, 60, code), end(first, 61, 1))[first.sequence]).toMatchObject({ endCode: 1 });
  });

  test('of two ends the later one is sessions', () => {
    const sessions = expected(push(first), end(first, 62, 8), end(first, 60, 1));
    expect(sessions[first.sequence]).toMatchObject({ endCode: 8, endedAt: at(62), deliveries: 3 });
  });

  test.each([
    [89, 'OPERATOR'],
    [90, 'TAKEOVER'],
    [103, 'TAKEOVER'],
  ])('an end on request in second %d, where the next push began in second 100, is sessions as %s', (second21, side) => {
    const sessions = expected(push(first), end(first, second21, 21), push(second));
    expect(sessions[first.sequence]).toMatchObject({ endCause: { side } });
  });

  test('a code that no page of the vendor lists is unknown, and 15 is the network', () => {
    const sessions = expected(push(first), end(first, 20, 97), push(second), end(second, 120, 15));
    expect(sessions[first.sequence]).toMatchObject({ endCause: { side: 'UNKNOWN' } });
    expect(sessions[second.sequence]).toMatchObject({ endCause: { side: 'NETWORK' } });
  });
});
