import { expect, test } from '@jest/globals';
import { vendorText } from '../../console/src/pages/incident/ticket.ts';
import { minutesOf } from '../../console/src/pages/incident/timeline.ts';

const incident = {
  cause: 'CSS had an internal fault.',
  code: 5,
  appId: '1000000001',
  domain: 'push.example.com',
  path: 'live',
  startedAt: '2026-11-25T03:28:39.000Z',
  lastFailedAt: '2026-11-25T03:29:40.000Z',
  affected: 300,
  of: 518,
  back: 180,
  notBack: 120,
};
const session = (number: number) => ({
  sequence: `66740000000000000${number}`,
  domain: 'push.example.com',
  path: 'live',
  streamId: `s${number}`,
  endedAt: '2026-11-25T03:28:39.000Z',
  accessPoint: number === 12 ? null : '203.0.113.7',
});

test('the text for the vendor has the numbers, times in UTC, access points and sequences', () => {
  expect(vendorText(incident, [session(11), session(12), session(13)]).split('\n')).toEqual([
    'CSS had an internal fault. (code 5)',
    'From 2026-11-25 03:28:39 to 2026-11-25 03:29:40 (UTC), 300 of 518 streams failed; 180 are back, 120 are not.',
    'Account (appid): 1000000001',
    'Push domain: push.example.com/live',
    'Access points (node): 203.0.113.7 (2), unknown (1)',
    '',
    'sequence, ended (UTC), node, stream',
    '6674000000000000011, 2026-11-25 03:28:39, 203.0.113.7, push.example.com/live/s11',
    '6674000000000000012, 2026-11-25 03:28:39, unknown, push.example.com/live/s12',
    '6674000000000000013, 2026-11-25 03:28:39, 203.0.113.7, push.example.com/live/s13',
    '… 3 of 300',
  ]);
});

test('of refused pushes it has no sequences, and says nothing that is not known', () => {
  const refused = { ...incident, code: null, appId: null, domain: null, of: null };
  expect(vendorText(refused, []).split('\n')).toEqual([
    'CSS had an internal fault.',
    'From 2026-11-25 03:28:39 to 2026-11-25 03:29:40 (UTC), 300 streams failed; 180 are back, 120 are not.',
  ]);
});

test('a timeline has the minutes in which streams ended, in their order', () => {
  const at = (time: string) => `2026-11-25T${time}Z`;
  expect(minutesOf([at('03:29:40'), null, at('03:28:39'), at('03:28:59'), at('03:28:00')])).toEqual([
    { atMs: Date.parse(at('03:28:00')), ended: 3, endedBefore: 0 },
    { atMs: Date.parse(at('03:29:00')), ended: 1, endedBefore: 3 },
  ]);
});
