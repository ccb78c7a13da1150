import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { planDeliveries } from '../../simulator/delivery/delivery-plan.ts';
import { webhookSecret } from '../alerts/alerts-files.ts';
import { openReceiver } from '../forwarding/receivers.ts';
import { projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { startConsoleServer, type ConsoleServer } from '../support/console-server.ts';
import { sendPushes, sendStory, story } from '../support/console-story.ts';
import { trafficEnvironment, trafficSecrets } from '../support/simulated-traffic.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { allHabits, deliverTo, smallScenario } from '../support/simulation.ts';

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
} as const;
const languages = { zh: 'zh-CN', ja: 'ja-JP', ko: 'ko-KR', id: 'id-ID' } as const;

async function save(browser: Browser, name: string, url: string, shown: string, options: object): Promise<void> {
  const { page } = await openPage(browser, options);
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

/** A day of traffic, an hour of it at a time, with what CSS and others do to it on the way; then the story of the pages. */
async function sendDay(url: string): Promise<void> {
  const nowMs = Math.floor(Date.now() / 60_000) * 60_000;
  for (const hoursAgo of [23, 20, 17, 14, 12, 9, 7, 5, 3, 2, 1, 0]) {
    const domains = ['push.example.com', 'live.example.com'];
    const scenario = smallScenario(`day-${hoursAgo}`, nowMs - hoursAgo * 3_600_000, {
      sessions: 40,
      tasks: 3,
      domains,
    });
    const habits = { ...allHabits, forgeries: hoursAgo === 0 ? 0.05 : 0, expired: 0, losses: 0.01 };
    await deliverTo(url, { scenario, plan: planDeliveries(scenario, habits), secrets: trafficSecrets });
  }
  await sendStory(url, { secrets: trafficSecrets });
  await projectionCaughtUp(url);
}

/** A push that the network broke, and that was there again: an alert that has begun, then ended. */
async function sendAlert(server: ConsoleServer): Promise<void> {
  const push = { sequence: '7000000000000000061', streamId: 'studio-b', beganMinutesAgo: 90 };
  const sender = { secrets: trafficSecrets };
  const shown = (list: string) =>
    askUntil(
      () => server.ask<Record<string, { rule: string }[]>>(`{ ${list} { rule } }`),
      (answer) => answer[list]?.some(({ rule }) => rule === 'studios') === true,
    );
  await sendPushes(server.url, [{ ...push, ended: { minutesAgo: 3, code: 8 } }], sender);
  await shown('alerts');
  await sendPushes(server.url, [{ ...push, sequence: '7000000000000000062', beganMinutesAgo: 2, ended: null }], sender);
  await shown('endedAlerts');
}

/** Rules about a few streams and the quarantine. */
function writeRules(folderPath: string, url: string): string {
  const file = path.join(folderPath, 'alerts.json');
  const rules = [
    { name: 'studios', when: 'PUSH_ENDED', filter: { streamIds: ['studio-b'] }, groupSeconds: 1 },
    { name: 'quarantine', when: 'QUARANTINE', groupSeconds: 1 },
  ];
  writeFileSync(file, JSON.stringify({ targets: [{ name: 'on-call', url, secret: webhookSecret }], rules }));
  return file;
}

async function main(): Promise<void> {
  if (!hasBrowser)
    throw new Error('Screenshots need Debian’s chromium: apt-get install chromium fonts-noto-core fonts-noto-cjk');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [target, rules] = [await openReceiver(), makeTemporaryFolder()];
  const ALERTS_FILE = writeRules(rules.path, target.url);
  const [browser, server, empty] = await Promise.all([
    openBrowser(),
    startConsoleServer({ ...trafficEnvironment, ALERTS_FILE, FORWARD_ALLOW: 'loopback' }),
    startConsoleServer({ API_TOKENS: 'viewer=a-token-of-a-viewer' }),
  ]);
  try {
    await saveLooks(browser, 'set-up', `${server.url}/set-up`, '#at-css');
    await saveLooks(browser, 'sign-in', empty.url, '.sign-in');
    await sendDay(server.url);
    await sendAlert(server);
    for (const [name, [view, shown]] of Object.entries(pages)) await saveLooks(browser, name, server.url + view, shown);
    const [session, entry] = pages.session;
    for (const [name, locale] of Object.entries(languages)) {
      await save(browser, `session-${name}`, server.url + session, entry, { viewport: phone, locale });
    }
    await saveLooks(browser, 'graphiql', `${server.url}/graphiql`, '.graphiql-query-editor .CodeMirror-line');
  } finally {
    await browser.close();
    await Promise.all([server.close(), empty.close(), target.close()]);
    rules.remove();
  }
}

await main();
