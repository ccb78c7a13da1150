import { expect, test } from '@jest/globals';
import { alertBegan, alertEnded } from '../../src/alerts/alert-events.ts';
import type { AlertRule } from '../../src/alerts/alert-kinds.ts';
import {
  renderDingTalk,
  renderFeishu,
  renderSlack,
  renderTeams,
  renderWeCom,
  type AlertMessage,
  type RenderMessage,
} from '../../src/alerts/alert-messages.ts';
import { found, type FindSubjects, type Sources } from '../../src/alerts/kinds/findings.ts';
import { readAlertEvent } from '../../src/alerts/recorded-alerts.ts';
import { createRuleRunner } from '../../src/alerts/rule-runner.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../support/in-memory-event-store.ts';
import { readAll } from '../support/log-events.ts';

const rule = (groupSeconds: number, find: FindSubjects): AlertRule => ({
  name: 'faults',
  when: 'PUSH_ENDED',
  subjectsLeast: 1,
  forSeconds: 0,
  quietSeconds: 0,
  groupSeconds,
  targets: [],
  openFind: () => find,
});
const { signal } = new AbortController();

/** A rule of which so many subjects, with long names, meet the condition. */
function startRule(subjects: number, groupSeconds: number) {
  const log = openInMemoryEventStore(createInMemoryLog(), () => 0);
  const started = {
    met: Array.from({ length: subjects }, (_, index) => `${'<长>'.repeat(50)}-${index}`),
    async events() {
      const recorded = await readAll(log.readStream('alert-faults'));
      return recorded.flatMap(({ eventId: id, type, data }) => {
        const event = readAlertEvent(data);
        return event === null ? [] : [{ id, type, event }];
      });
    },
  };
  const find = () => Promise.resolve(found(started.met.map((key) => ({ key, summary: `${key}.`, facts: {} }))));
  const runner = createRuleRunner(rule(groupSeconds, find), {
    append: (...given) => log.append(...given),
    log: () => log,
    isOurs: () => true,
    isCurrent: () => Promise.resolve(true),
    sources: {} as Sources,
  });
  return Object.assign(started, { run: (second: number) => runner.run(second * 1_000, signal), open: runner.open });
}

/** What each tool takes at most, and what of a request it counts. */
const bytes = (text: string) => Buffer.byteLength(text);
const tools: readonly (readonly [string, RenderMessage, number, (body: string) => number])[] = [
  ['Slack', renderSlack, 40_000, (body) => (JSON.parse(body) as { text: string }).text.length],
  ['Teams', renderTeams, 28 * 1_024, bytes],
  ['DingTalk', renderDingTalk, 20_000, (body) => bytes((JSON.parse(body) as Text).text.content)],
  ['Feishu', renderFeishu, 20 * 1_024, bytes],
  ['WeCom', renderWeCom, 2_048, (body) => bytes((JSON.parse(body) as Text).text.content)],
];
interface Text {
  readonly text: { readonly content: string };
}

test('1,000 streams at once are five messages in as many minutes, each stream in one of them, and none is too long for a chat', async () => {
  const started = startRule(1_000, 60);
  for (let second = 0; second < 600; second += 1) await started.run(second);
  const events = await started.events();
  expect(events.map(({ type, event }) => [type, event.atMs / 1_000, event.alerts.length])).toEqual(
    [0, 60, 120, 180, 240].map((second) => [alertBegan, second, 200]),
  );
  expect(new Set(events.flatMap(({ event }) => event.alerts.map(({ key }) => key))).size).toBe(1_000);

  const target = { url: 'https://chat.example/', headers: {}, secret: null };
  for (const { id, event } of events) {
    const message: AlertMessage = { id, type: 'alert.began', event };
    for (const [name, render, most, lengthOf] of tools) {
      const body = Buffer.from(render(message, target, 0).body).toString();
      expect([name, lengthOf(body) <= most]).toEqual([name, true]);
      expect(body).toMatch(/- and \d+ more/);
    }
  }

  started.met = [];
  for (let second = 600; second < 1_200; second += 1) await started.run(second);
  const ended = (await started.events()).filter(({ type }) => type === alertEnded);
  expect(ended.map(({ event }) => event.alerts.length)).toEqual([200, 200, 200, 200, 200]);
  expect([...started.open()]).toEqual([]);
});

test('a rule has 1,000 alerts at most; the others begin once some have ended', async () => {
  const started = startRule(1_200, 1);
  for (let second = 0; second < 20; second += 1) await started.run(second);
  expect([...started.open()]).toHaveLength(1_000);
  started.met = started.met.slice(300);
  for (let second = 20; second < 40; second += 1) await started.run(second);
  expect(new Set([...started.open()].map(({ key }) => key))).toEqual(new Set(started.met));
});
