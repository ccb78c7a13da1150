import { expect, test } from '@jest/globals';
import { hoursCsv } from '../../console/src/pages/endings/pushed-hours/hours-csv.ts';
import { fileIn, loopOf } from '../../console/src/pages/task/file-name.ts';

test('hours are in hours and minutes, beyond a day too; names are text', () => {
  const rows = [
    { name: 'push.example.com', pushedMs: 95_400_000, days: [95_399_999, 59_999] },
    { name: '=1+1', pushedMs: 0, days: [0, 0] },
    { name: 'a, "b"', pushedMs: 0, days: [0, 0] },
  ];
  expect(hoursCsv(['Domain', 'Total', '2026-11-22', '2026-11-21'], rows)).toBe(
    [
      '\uFEFFDomain,Total,2026-11-22,2026-11-21',
      'push.example.com,26:30,26:29,0:00',
      "'=1+1,0:00,0:00,0:00",
      '"a, ""b""",0:00,0:00,0:00',
      '',
    ].join('\r\n'),
  );
});

test('a file is called as in its URL', () => {
  expect(fileIn('https://files.example/ads/ad%2001.mp4?sign=s')).toBe('ad 01.mp4');
  expect(fileIn('https://files.example/100%.mp4')).toBe('100%.mp4');
  expect([fileIn('https://files.example/'), fileIn('https://files.example'), fileIn('')]).toEqual([null, null, null]);
});

test('files loop if each was played twice; the least played says how often', () => {
  expect(loopOf([{ times: 3 }, { times: 2 }])).toEqual({ files: 2, times: 2 });
  expect([loopOf([{ times: 3 }, { times: 1 }]), loopOf([])]).toEqual([null, null]);
});
