import { describe, expect, test } from '@jest/globals';
import { timelineOf, type FeedingTask } from '../../console/src/pages/session/timeline.ts';

const session = { startedAt: '2026-11-21T10:00:00.000Z', endedAt: '2026-11-21T11:00:00.000Z' };
const nothing = { tasks: [], neighbours: [], callbacks: [] };
const callback = (id: string, receivedAt: string, occurredAt: string | null = null) => ({ id, receivedAt, occurredAt });
const run = { number: 1, files: [], alarms: [] };
const task = (runs: FeedingTask['runs']): FeedingTask => ({ taskId: 't', appId: '1', runs });

describe('the timeline of a session', () => {
  test('is in the order of time, the newest first', () => {
    const neighbour = { id: 'n', appId: '1', sequence: '2', startedAt: '2026-11-20T10:00:00.000Z', endedAt: null };
    const entries = timelineOf({
      ...nothing,
      session,
      neighbours: [neighbour],
      tasks: [
        task([
          { ...run, startedAt: '2026-11-21T09:59:00.000Z', exitReceivedAt: '2026-11-21T11:00:30.000Z', exitCode: 0 },
        ]),
      ],
      callbacks: [callback('c', '2026-11-21T10:30:00.000Z')],
    });
    expect(entries.map(({ kind }) => kind)).toEqual([
      'run-exited',
      'ended',
      'callback',
      'began',
      'run-began',
      'neighbour-began',
    ]);
  });

  test('has of relays and other callbacks only what lies around the session, by two minutes', () => {
    const entries = timelineOf({
      ...nothing,
      session,
      callbacks: [
        callback('early', '2026-11-21T09:57:59.999Z'),
        callback('first', '2026-11-21T09:58:00.000Z'),
        callback('late', '2026-11-21T12:00:00.000Z', '2026-11-21T11:02:00.000Z'),
        callback('too late', '2026-11-21T11:02:00.001Z'),
      ],
    });
    expect(entries.flatMap((entry) => (entry.kind === 'callback' ? [entry.callback.id] : []))).toEqual([
      'late',
      'first',
    ]);
  });

  test('of a live one goes on, and of one with an unknown start begins before', () => {
    const open = timelineOf({ ...nothing, session: {}, callbacks: [callback('c', '2026-11-22T00:00:00.000Z')] });
    expect(open.map(({ kind }) => kind)).toEqual(['callback']);
  });
});
