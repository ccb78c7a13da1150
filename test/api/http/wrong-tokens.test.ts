import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { wrongTokenEveryMs, wrongTokensAtOnceMax } from '../../../src/connections/wrong-tokens.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const startMs = Date.parse('2027-12-31T12:00:00Z');
let nowMs = startMs;
let running: RunningApp;
beforeAll(async () => {
  const tokens = parseApiTokens('viewer=known,viewer=other,operator:anna:2027-12-31=brief');
  running = await startApp({ access: { mode: 'tokens', tokens }, trustProxy: ['127.0.0.1'], clock: () => nowMs });
});
afterAll(() => running.close());

async function ask(token: string, address: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': address };
  const { status, errors } = await running.ask('{ viewer { role } }', {}, headers);
  const code = { 200: undefined, 401: 'UNAUTHENTICATED', 429: 'TOO_MANY_WRONG_TOKENS' }[status];
  expect(errors?.[0]?.extensions['code']).toBe(code);
  return status;
}
const guess = async (count: number, address: string) => {
  const statuses = [];
  for (let number = 0; number < count; number += 1) statuses.push(await ask(`canary${number}`, address));
  return statuses;
};
const linesOf = (text: string) => running.logLines.filter((line) => line.includes(text));

test('an address that guesses is soon answered nothing, and says so in the log once a minute, without a token', async () => {
  expect(await ask('known', '192.0.2.1')).toBe(200);
  const statuses = await guess(wrongTokensAtOnceMax + 20, '192.0.2.1');
  expect(statuses).toEqual([
    ...Array.from({ length: wrongTokensAtOnceMax }, () => 401),
    ...Array.from({ length: 20 }, () => 429),
  ]);
  expect(await scrapeSample(running.app.url, 'live_ledger_wrong_tokens_total')).toBe(wrongTokensAtOnceMax);
  expect(linesOf('requests with a wrong token are refused')).toHaveLength(1);
  expect(running.logLines.join('')).not.toContain('canary');
});

test('whoever shares the address goes on, if their token was taken from it before', async () => {
  expect(await ask('known', '192.0.2.1')).toBe(200);
  expect(await ask('other', '192.0.2.1')).toBe(429);
  expect(await ask('other', '192.0.2.2')).toBe(200);
});

test('each of its wrong tokens is forgiven after a while', async () => {
  nowMs += 2 * wrongTokenEveryMs;
  expect(await guess(3, '192.0.2.1')).toEqual([401, 401, 429]);
  nowMs += wrongTokenEveryMs;
  expect(await ask('other', '192.0.2.1')).toBe(200);
});

test('exports, event streams and WebSockets count as well', async () => {
  const headers = { authorization: 'Bearer canary', 'x-forwarded-for': '192.0.2.3' };
  for (let number = 0; number < wrongTokensAtOnceMax; number += 1) {
    const route = number % 2 === 0 ? 'export/callbacks.csv' : 'graphql/stream?query={viewer{role}}';
    expect((await fetch(`${running.app.url}/${route}`, { headers })).status).toBe(401);
  }
  const refused = await fetch(`${running.app.url}/export/callbacks.csv`, { headers });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
});

test('a token is taken until the end of its last day', async () => {
  expect(await ask('brief', '192.0.2.4')).toBe(200);
  nowMs = Date.parse('2028-01-01T00:00:00Z');
  expect(await ask('brief', '192.0.2.4')).toBe(401);
  nowMs = startMs;
});

test('those for /metrics are counted as well, by the process that answers it', async () => {
  const metricsAccess = { isLocal: true, tokens: ['scraper-of-the-metrics'] };
  const app = await startApp({ metricsAccess, trustProxy: ['127.0.0.1'], clock: () => startMs });
  const scrape = (token: string, address: string) =>
    fetch(`${app.app.url}/metrics`, { headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': address } });
  try {
    expect((await scrape('scraper-of-the-metrics', '192.0.2.5')).status).toBe(200);
    for (let number = 0; number < wrongTokensAtOnceMax; number += 1) {
      expect((await scrape(`canary${number}`, '192.0.2.5')).status).toBe(401);
    }
    const refused = await scrape('canary', '192.0.2.5');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    const taken = await scrape('scraper-of-the-metrics', '192.0.2.5');
    expect(await taken.text()).toContain(`\nlive_ledger_wrong_tokens_total ${wrongTokensAtOnceMax}\n`);
    expect((await scrape('scraper-of-the-metrics', '192.0.2.6')).status).toBe(200);
    expect(app.logLines.join('')).toContain('requests with a wrong token are refused');
    expect(app.logLines.join('')).not.toContain('canary');
  } finally {
    await app.close();
  }
});
