import { beforeAll, expect, test } from '@jest/globals';
import i18next from 'i18next';
import { readFileSync } from 'node:fs';
import { alertWords, kindWords, type Words } from '../../console/src/pages/health/alerts/alert-words.ts';
import { en } from '../../console/src/translations/en.ts';
import { serviceTroubles } from '../../src/alerts/kinds/findings.ts';

beforeAll(() =>
  i18next.init({ lng: 'en', resources: { en: { translation: en } }, interpolation: { escapeValue: false } }),
);

const words: Words = {
  t: i18next.t as Words['t'],
  serverText: (english) => english,
  showDuration: (ms) => `${ms} ms`,
};
const stream = { appId: '1000000001', domain: 'push.example.com', path: 'live', streamId: 'news' };
const summary = 'What the API says.';

test.each([
  ['NOT_LIVE', stream, 'push.example.com/live/news should be live, and is not.'],
  [
    'PUSH_ENDED',
    { ...stream, endSide: 'NETWORK', endCode: 8 },
    'The push of push.example.com/live/news was ended by: Network. (code 8)',
  ],
  ['PUSH_ENDED', { ...stream, endSide: 'UNKNOWN' }, 'The push of push.example.com/live/news was ended by: Unknown.'],
  ['FLAPPING', { ...stream, began: 7 }, 'push.example.com/live/news was pushed anew 7 times.'],
  [
    'REFUSED',
    { ...stream, attempts: 40, endCode: 18 },
    'push.example.com/live/news was refused 40 times, last by code 18.',
  ],
  [
    'DOMAIN_SILENT',
    { domain: 'push.example.com', silentSeconds: 600 },
    'No callback of push.example.com for 600000 ms.',
  ],
  [
    'RELAY_EXIT',
    { ...stream, taskId: '7', exitCode: -22 },
    'push.example.com/live/news: Relay task 7 exited with code -22',
  ],
  ['RELAY_ALARM', { taskId: '7', alarm: 'PullFileUnstable' }, 'Relay task 7: alarm PullFileUnstable'],
  [
    'MISSING',
    { ...stream, reason: 'END_WITHOUT_START', sureness: 'CERTAIN' },
    'push.example.com/live/news: Its end arrived, but its start did not. Certain.',
  ],
  ['QUARANTINE', { reason: 'FORGED' }, 'Callbacks are in quarantine: Wrong signature.'],
  ['SERVICE', { trouble: 'DISK', node: 'a' }, 'The disk is nearly full: only callbacks are still recorded. Node a.'],
] as const)('an alert of the kind %s is in words, by its facts: %#', (when, facts, said) => {
  expect(alertWords({ when, facts, summary }, words)).toBe(said);
});

test('a kind that the page has no words for is called as in the rules', () => {
  expect(kindWords('SERVICE', words)).toBe('This service');
  expect(kindWords('OF_A_LATER_VERSION' as 'SERVICE', words)).toBe('OF_A_LATER_VERSION');
});

test('an alert whose facts do not say all is in the words of the API', () => {
  for (const [when, facts] of [
    ['RELAY_EXIT', { ...stream, taskId: '7' }],
    ['QUARANTINE', { reason: 'OF_A_LATER_VERSION' }],
    ['QUARANTINE', { reason: 'FORGED', what: 'FILLING' }],
    ['SERVICE', {}],
    ['MISSING', null],
  ] as const) {
    expect(alertWords({ when, facts, summary }, words)).toBe(summary);
  }
});

test('every trouble of the service has words; that nobody knows whether it is over is kept', () => {
  expect(Object.keys(en.alerts.trouble).sort()).toEqual([...serviceTroubles].sort());
  const unclear = 'Not known whether it is over there.';
  const about = { when: 'SERVICE', facts: { trouble: 'DISK', node: 'a' }, summary: `It is. ${unclear}` } as const;
  expect(alertWords(about, words).endsWith(`Node a. ${unclear}`)).toBe(true);
  const zh = JSON.parse(readFileSync('console/src/translations/zh.json', 'utf8')) as object;
  expect(zh).toHaveProperty(['serverTexts', unclear]);
});
