import { describe, expect, test } from '@jest/globals';
import { orderOf } from '../../console/src/order.ts';
import {
  byStream,
  holdStill,
  liveOrders,
  matchesText,
  orderRows,
  streamKey,
  type LiveField,
} from '../../console/src/pages/live/live-rows.ts';

const row = (id: string, minute: number, streamId = id) => ({
  id,
  streamId,
  domain: 'Push.example.com',
  startedAt: `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`,
  firstReceivedAt: '2026-11-21T11:00:00.000Z',
  lastReceivedAt: '2026-11-21T11:00:00.000Z',
  reconnects: 0,
  task: undefined as { taskId: string } | undefined,
  silentSince: undefined as string | undefined,
});

describe('the order of live streams', () => {
  const rows = [
    { ...row('a', 5), lastReceivedAt: '2026-11-21T11:09:00.000Z' },
    { ...row('b', 9), reconnects: 1, task: { taskId: 'relay-2' }, silentSince: '2026-11-21T10:09:00.000Z' },
    { ...row('c', 1), reconnects: 4, task: { taskId: 'relay-1' } },
  ];

  test.each([
    ['uptime', 'bac'],
    ['-uptime', 'cab'],
    ['stream', 'abc'],
    ['-stream', 'cba'],
    ['target', 'abc'],
    ['-reconnects', 'cba'],
    ['relay', 'cba'],
    ['-relay', 'bca'],
    ['-heard', 'acb'],
  ] as const)('%s', (param, expected) => {
    const ordered = orderRows(rows, orderOf<LiveField>(param, liveOrders, 'uptime'));
    expect(ordered.map(({ id }) => id).join('')).toBe(expected);
  });

  test('a push with an unknown start is ordered by its first arrival', () => {
    const unknown = { ...row('u', 0), startedAt: null };
    expect(orderRows([...rows, unknown], { field: 'uptime', direction: 'ASC' })[0]).toBe(unknown);
  });
});

test('while the pointer is over the list nothing moves: what left stays, what changed is new, what began waits', () => {
  const frozen = [row('a', 1), row('b', 2)];
  const changed = row('b', 2, 'renamed');
  const current = new Map([changed, row('c', 3)].map((each) => [each.id, each]));
  const { rows, waiting, left } = holdStill(frozen, current);
  expect(rows).toEqual([frozen[0], changed]);
  expect(waiting).toBe(1);
  expect([...left]).toEqual(['a']);
});

test('a filter finds a part of a name in any case', () => {
  expect(['push.', 'PUSH', ' a ', '', 'none'].map((text) => matchesText(row('a', 1), text))).toEqual([
    ...[true, true, true, true, false],
  ]);
});

test('streams of two accounts with one name are two; of several rows of one stream the first is found', () => {
  const [one, other] = [
    { appId: '1', domain: 'd', path: 'p', streamId: 's', n: 1 },
    { appId: '2', domain: 'd', path: 'p', streamId: 's', n: 2 },
  ];
  const found = byStream([one, other, { ...one, n: 3 }]);
  expect([found.get(streamKey(one))?.n, found.get(streamKey(other))?.n]).toEqual([1, 2]);
});
