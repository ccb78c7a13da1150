import { expect, test } from '@jest/globals';
import { recordingLines } from '../../console/src/pages/session/reports/recording-lines.ts';

let number = 0;
const concluded = { sureness: null, because: null, alternative: null };
const reported = (recordingId: string | null, at: string | null) => ({
  at: at && `2026-01-01T00:00:${at}Z`,
  recordingId,
  ...concluded,
  callback: { id: `c${(number += 1)}`, summary: null },
});
const file = (recordingId: string | null, at: string | null) => ({
  ...reported(recordingId, at),
  format: null,
  durationMs: null,
  sizeBytes: null,
  resolution: null,
  url: null,
});
const event = (recordingId: string | null, at: string | null) => ({
  ...reported(recordingId, at),
  level: null,
  count: 1,
});
const shown = (lines: ReturnType<typeof recordingLines>) =>
  lines.map(({ what, recordingId, at }) => [what, recordingId, at?.slice(17, 19) ?? null]);

test('each recording is together, the newest line and the recording with the newest line first', () => {
  const lines = recordingLines([file('a', '09'), file('b', '07')], [event('b', '08'), event('a', '01')]);
  expect(shown(lines)).toEqual([
    ['file', 'a', '09'],
    ['event', 'a', '01'],
    ['event', 'b', '08'],
    ['file', 'b', '07'],
  ]);
});

test('what names no recording is by itself, and what has no time is last', () => {
  const lines = recordingLines([file(null, '05'), file(null, null)], [event('a', '09'), event('a', '01')]);
  expect(shown(lines)).toEqual([
    ['event', 'a', '09'],
    ['event', 'a', '01'],
    ['file', null, '05'],
    ['file', null, null],
  ]);
});
