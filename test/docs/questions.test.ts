import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { askedAtMs, openQuestionsLedger, plannedExits, plannedPushes } from '../support/questions-ledger.ts';
import type { RunningApp } from '../support/running-app.ts';

/** What docs/questions.md asks is run as it is printed there, and compared with answers that were looked at, and with the plan. */

const page = readFileSync(new URL('../../docs/questions.md', import.meta.url), 'utf8');
const questions = page
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [, question = '', query, path = ''] =
      /^(.*?)\n\n(?:```graphql\n(.*?)```|```\nGET (.*?)\n```)/s.exec(section) ?? [];
    return { question, query, path };
  });
const golden = JSON.parse(
  readFileSync(new URL('../fixtures/questions/answers.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;

let running: RunningApp;
beforeAll(async () => {
  running = await openQuestionsLedger();
});
afterAll(() => running.close());

describe('docs/questions.md', () => {
  test('has a query for every question, and an answer to each is known', () => {
    expect(questions.map(({ question }) => question).sort()).toEqual(Object.keys(golden).sort());
    expect(page.match(/^```(graphql)?$/gm)).toHaveLength(2 * questions.length);
    expect(questions.length).toBeGreaterThanOrEqual(29);
  });

  test.each(questions)('$question', async ({ question, query, path }) => {
    if (query === undefined) {
      expect(await (await fetch(`${running.app.url}${path}`)).text()).toBe(golden[question]);
    } else {
      expect(await running.ask(query)).toEqual({ status: 200, data: golden[question] });
    }
  });
});

/** When a push was over: where its interruption was lost, when the next one of its stream began. */
function endOf({ streamId, from, to, lost }: (typeof plannedPushes)[number]): number {
  if (to === null) return askedAtMs;
  if (lost !== 'INTERRUPTION') return Date.parse(to);
  const next = plannedPushes.find((other) => other.streamId === streamId && other.from > from);
  return next === undefined ? askedAtMs : Date.parse(next.from);
}
const pushes = plannedPushes.map((planned) => ({
  ...planned,
  fromMs: Date.parse(planned.from),
  toMs: endOf(planned),
}));
const liveAt = (ms: number) => pushes.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs).length;
const answerTo = (question: string) => golden[question] as Record<string, Record<string, unknown>>;

describe('is what the plan says, added up by hand:', () => {
  test('how many were live at 20:00, and at most', () => {
    const { concurrency: atEight } = answerTo('How many were live at 20:00 yesterday?');
    const eight = Date.parse('2026-11-20T20:00:00Z');
    expect(atEight?.['points']).toEqual([{ at: '2026-11-20T20:00:00.000Z', live: liveAt(eight) }]);

    const { concurrency: evening } = answerTo('When were most live last evening, and how many?');
    const moments = Array.from({ length: 6 * 3_600 }, (_, second) => eight - 7_200_000 + 1_000 * second);
    const most = Math.max(...moments.map(liveAt));
    const first = moments.find((ms) => liveAt(ms) === most) ?? 0;
    expect(evening?.['peak']).toEqual({ at: new Date(first).toISOString(), live: most });
  });

  test('the hours of each domain and day, as rows and as a table', () => {
    const dayMs = 86_400_000;
    const rows = [16, 17, 18, 19, 20].flatMap((day) =>
      ['cam.example.com', 'push.example.com'].map((domain) => {
        const from = Date.parse(`2026-11-${day}T00:00:00Z`);
        const ofDomain = pushes.filter((one) => one.domain === domain);
        const pushedMs = ofDomain.reduce(
          (sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, from + dayMs) - Math.max(fromMs, from)),
          0,
        );
        const began = ofDomain.filter(({ fromMs }) => fromMs >= from && fromMs < from + dayMs).length;
        return { from: new Date(from).toISOString(), domain, pushedMs, began };
      }),
    );
    const { streamSessionStatistics } = answerTo('How many hours did each domain push, day by day?');
    expect(streamSessionStatistics?.['rows']).toEqual(rows);
    const lines = rows.map((row) => `${Object.values(row).join(',')}\r\n`);
    expect(golden['Give me that as a table']).toBe(`from,domain,pushedMs,began\r\n${lines.join('')}`);
  });

  test('which streams flap', () => {
    const reconnectsOf = (streamId: string) => {
      const ofStream = pushes.filter((one) => one.streamId === streamId);
      return ofStream.filter(({ fromMs }, index) => fromMs - (ofStream[index - 1]?.toMs ?? -Infinity) <= 60_000).length;
    };
    const { broadcasts } = answerTo('Which streams flap?');
    for (const { streamId, reconnects } of broadcasts?.['nodes'] as { streamId: string; reconnects: number }[]) {
      expect([streamId, reconnects]).toEqual([streamId, reconnectsOf(streamId)]);
    }
  });

  test('relay exits by code', () => {
    const counted = new Map<number, number>();
    for (const { at, code } of plannedExits) {
      if (at >= '2026-11-16') counted.set(code, (counted.get(code) ?? 0) + 1);
    }
    const { relayTaskStatistics } = answerTo('With which codes did relays exit this week?');
    const rows = relayTaskStatistics?.['rows'] as { exitCode: number | null; exits: number }[];
    const exits = rows.filter(({ exitCode }) => exitCode !== null).map(({ exitCode, exits }) => [exitCode, exits]);
    expect(new Map(exits as [number, number][])).toEqual(counted);
  });

  test('which callbacks of pushes never came', () => {
    const { missingCallbacks } = answerTo('Which callbacks never came?');
    const nodes = missingCallbacks?.['nodes'] as { reason: string; streamId: string }[];
    const missing = (reason: string) => nodes.filter((one) => one.reason === reason).map(({ streamId }) => streamId);
    const lost = (what: string) => pushes.filter((one) => one.lost === what).map(({ streamId }) => streamId);
    expect(missing('SUPERSEDED_WITHOUT_END')).toEqual(lost('INTERRUPTION'));
    expect(missing('END_WITHOUT_START')).toEqual(lost('PUSH'));
  });
});
