import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { alertsTo } from '../alerts/alerts-files.ts';
import { openReceiver } from '../forwarding/receivers.ts';
import { projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { dayOfDeliveries, dueCallbacks, clockOfDay, sendWhenDue } from '../support/console-day.ts';
import { pushCallbacks, story } from '../support/console-story.ts';
import { startApp, viewerAndOperator, type RunningApp } from '../support/running-app.ts';
import { trafficSecrets } from '../support/simulated-traffic.ts';

/** Makes docs/console/*.png: every page, light and dark, and on a phone; a session in each language. */

const folder = fileURLToPath(new URL('../../docs/console/', import.meta.url));

const laptop = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

/** Each page with its path, and what is there once it is complete. */
const pages = {
  live: ['/', '.live-table tbody tr:not(.spacer)'],
  search: ['/search?q=studio', '.sessions-table tbody tr'],
  stream: ['/streams/studio-a?domain=push.example.com&path=live', '.day-strip .bar'],
  session: [`/sessions/${story.flapping[1].sequence}`, '.timeline li'],
  relays: ['/relays', '.tasks-table tbody tr'],
  task: [`/tasks/${story.taskId}`, '.lanes svg'],
  endings: ['/endings', '.endings-table tbody tr'],
  health: ['/health', '.held li'],
  incidents: ['/incidents', '.words .row-link'],
  'not-back': ['/endings?shows=notBack', '.sessions-table tbody tr'],
} as const;
const languages = { zh: 'zh-CN', ja: 'ja-JP', ko: 'ko-KR', id: 'id-ID' } as const;

/** Milliseconds that is waited for what a page shows, also on a machine with much else to do. */
const patienceMs = 180_000;

async function save(browser: Browser, name: string, url: string, shown: string, options: object): Promise<void> {
  const { page } = await openPage(browser, options);
  page.setDefaultTimeout(patienceMs);
  await page.goto(url);
  await page.locator(shown).first().waitFor();
  await settled(page);
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.context().close();
}

/** No request is under way, and no pointer is over anything. */
async function settled(page: Page): Promise<void> {
  await page.locator('.skeleton, .skeleton-waiting').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready');
  await page.evaluate('new Promise((done) => setTimeout(done, 500))');
}

async function saveLooks(browser: Browser, name: string, url: string, shown: string): Promise<void> {
  await save(browser, name, url, shown, { viewport: laptop });
  await save(browser, `${name}-dark`, url, shown, { viewport: laptop, colorScheme: 'dark' });
  await save(browser, `${name}-phone`, url, shown, { viewport: phone });
}

/** A push that the network broke, and that was there again a minute later: an alert that begins, then ends. */
const broken = { sequence: '7000000000000000061', streamId: 'studio-b', beganMinutesAgo: 90 };
const back = { ...broken, sequence: '7000000000000000062', beganMinutesAgo: 2, ended: null };

/** A fault of CSS that ended 24 streams half an hour ago, of which 18 are back. */
const fault = Array.from({ length: 24 }, (_, number) => {
  const streamId = `event-${String(number + 1).padStart(2, '0')}`;
  const sequence = (push: number) => `7${push}${String(number).padStart(17, '0')}`;
  const ended = { sequence: sequence(3), streamId, beganMinutesAgo: 150, ended: { minutesAgo: 32, code: 5 } };
  return number < 18 ? [ended, { sequence: sequence(4), streamId, beganMinutesAgo: 28, ended: null }] : [ended];
}).flat();

/** Sends the day as it happened, by the clock of the service; an alert begins and ends in it. */
async function sendDay(running: RunningApp, day: ReturnType<typeof clockOfDay>, nowMs: number): Promise<void> {
  const pushes = [{ ...broken, ended: { minutesAgo: 3, code: 8 } }, back];
  const alerting = dueCallbacks(
    'alert',
    pushes.flatMap((push) => pushCallbacks(push, nowMs)),
  );
  const failing = dueCallbacks(
    'fault',
    fault.flatMap((push) => pushCallbacks(push, nowMs)),
  );
  const all = [...dayOfDeliveries(nowMs), ...alerting, ...failing]
    .filter(({ dueMs }) => dueMs <= nowMs)
    .sort((one, other) => one.dueMs - other.dueMs);
  const shown = (list: string) =>
    askUntil(
      async () => (await running.ask(`{ ${list} { rule } }`)).data as Record<string, { rule: string }[]>,
      (data) => data[list]?.some(({ rule }) => rule === 'studios') === true,
    );
  const { url } = running.app;
  const halfAMinute = 30_000;
  const backMs = nowMs - back.beganMinutesAgo * 60_000;
  await sendWhenDue(
    url,
    day,
    all.filter(({ dueMs }) => dueMs < backMs),
  );
  day.set(backMs - halfAMinute);
  await shown('alerts');
  await sendWhenDue(
    url,
    day,
    all.filter(({ dueMs }) => dueMs >= backMs),
  );
  day.set(Math.max(day.clock(), backMs + halfAMinute));
  await shown('endedAlerts');
  day.release();
  await projectionCaughtUp(url);
}

/** Rules about a few streams and the quarantine. */
const rules = [
  { name: 'studios', when: 'PUSH_ENDED', filter: { streamIds: [broken.streamId] }, groupSeconds: 1 },
  { name: 'quarantine', when: 'QUARANTINE', groupSeconds: 1 },
];

async function main(): Promise<void> {
  if (!hasBrowser)
    throw new Error(
      'Screenshots need Debian’s chromium: apt-get install chromium-headless-shell fonts-noto-core fonts-noto-cjk',
    );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const nowMs = Math.floor(Date.now() / 60_000) * 60_000;
  const day = clockOfDay(nowMs - 86_400_000);
  const target = await openReceiver();
  const [browser, running, empty] = await Promise.all([
    openBrowser(),
    // In this process, so that its clock can be set: callbacks arrive when they happen.
    startApp({ clock: day.clock, authenticity: trafficSecrets, ...alertsTo(target.url, ...rules) }),
    startApp({ access: viewerAndOperator }),
  ]);
  const { url } = running.app;
  try {
    await saveLooks(browser, 'set-up', `${url}/set-up`, '#at-css');
    await saveLooks(browser, 'sign-in', empty.app.url, '.sign-in');
    await sendDay(running, day, nowMs);
    for (const [name, [view, shown]] of Object.entries(pages)) await saveLooks(browser, name, url + view, shown);
    const { data } = await running.ask(
      '{ incidents(orderBy: { field: AFFECTED, direction: DESC }, first: 1) { nodes { incidentId } } }',
    );
    const { incidents } = data as { incidents: { nodes: { incidentId: string }[] } };
    const [incident] = incidents.nodes;
    if (incident === undefined) throw new Error('The day has no incident.');
    await saveLooks(browser, 'incident', `${url}/incidents/${incident.incidentId}`, '.incident-text');
    const [session, entry] = pages.session;
    for (const [name, locale] of Object.entries(languages)) {
      await save(browser, `session-${name}`, url + session, entry, { viewport: phone, locale });
    }
    await saveLooks(browser, 'graphiql', `${url}/graphiql`, '.graphiql-query-editor .CodeMirror-line');
  } finally {
    await browser.close();
    await Promise.all([running.close(), empty.close(), target.close()]);
  }
}

await main();
