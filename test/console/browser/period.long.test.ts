import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { fitsItsWidth, seriousFindings, showAs, untilCount } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes, sendStory } from '../../support/console-story.ts';

const suite = useConsole('periods', async () => {
  const server = await startConsoleServer();
  await sendStory(server.url);
  const [sequence, streamId] = ['7400000000000000001', 'last-week'];
  await sendPushes(server.url, [
    { sequence, streamId, beganMinutesAgo: 8 * 1_440, ended: { minutesAgo: 7 * 1_440 + 60, code: 8 } },
  ]);
  return server;
});
const { browserTest, showView } = suite;

const minuteMs = 60_000;
const minute = (ms: number) => `${new Date(Math.floor(ms / minuteMs) * minuteMs).toISOString().slice(0, 16)}Z`;

/** The period in the address, in minutes. */
function periodOf(page: Page): number {
  const [from = '', to = ''] = (new URL(page.url()).searchParams.get('window') ?? '').split('/');
  return (Date.parse(to) - Date.parse(from)) / minuteMs;
}
const bars = (page: Page) => page.locator('.time-bars svg a');

browserTest('a period to the minute is typed, has a bar for each minute, and can be shared', async () => {
  const { page, complaints } = await showView('/endings');
  const nowMs = Date.now();
  await page.getByText('From … to …').click();
  await page.getByLabel('or in words').fill(`${minute(nowMs - 260 * minuteMs)} to ${minute(nowMs - 130 * minuteMs)}`);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByRole('heading', { name: 'By minute' }).waitFor();
  await untilCount(bars(page), 130);
  // The first and the second push of studio-a ended then; nothing did in as many minutes before.
  await page.getByRole('heading', { level: 1, name: '3 pushes ended' }).waitFor();
  const compared = page.getByRole('row', { name: /^Interruptions 3 0/ });
  await compared.waitFor();
  const address = new URL(page.url());
  const { page: other } = await suite.openView(address.pathname + address.search);
  await other.getByRole('heading', { level: 1, name: '3 pushes ended' }).waitFor();
  await untilCount(bars(other), 130);
  expect(complaints).toEqual([]);
});

browserTest('a period is dragged on the chart; a click still leads to the pushes of a bar', async () => {
  const { page, complaints } = await showView('/endings');
  await bars(page).first().waitFor();
  const chart = page.locator('.time-bars .drag-span');
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (box === null) throw new Error('There is no chart.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + (box.width * 3) / 4, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 1, y, { steps: 4 });
  await page.locator('.dragged').waitFor();
  await page.mouse.up();
  await page.waitForURL(/window=2/);
  // A quarter of a day and of its first hour.
  expect(Math.abs(periodOf(page) - 370)).toBeLessThan(15);
  await page.getByRole('heading', { name: 'By hour' }).waitFor();
  await bars(page).last().click();
  await page.getByRole('heading', { name: /^Interruptions from/ }).waitFor();
  expect(complaints).toEqual([]);
});

browserTest('a period is picked by its beginning and end; what is none is refused with the reason', async () => {
  const { page } = await showView('/endings');
  const nowMs = Date.now();
  await page.getByText('From … to …').click();
  const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
  const local = (ms: number) => minute(ms).slice(0, 16);
  await from.fill(local(nowMs - 300 * minuteMs));
  await to.fill(local(nowMs - 310 * minuteMs));
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByRole('alert').getByText('A period has at least a minute').waitFor();
  await page.getByLabel('or in words').fill('yesterday 25:10');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByRole('alert').getByText('“25:10” is no time of day.').waitFor();
  await page.getByLabel('or in words').fill('');
  await to.fill(local(nowMs - 200 * minuteMs));
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/window=2/);
  expect(periodOf(page)).toBe(100);
});

browserTest('weeks and months of the calendar, compared with those before, on every screen', async () => {
  const { page, complaints } = await showView('/endings?window=month');
  const calendar = page.getByLabel('Calendar …');
  await page.getByRole('heading', { name: 'Compared with the period before' }).waitFor();
  for (const [choice, name] of [
    ['lastWeek', 'Last week'],
    ['yesterday', 'Yesterday'],
    ['week', 'This week'],
  ] as const) {
    await calendar.selectOption({ label: name });
    await page.waitForURL(`**/endings?window=${choice}`);
    await page.getByRole('row', { name: /^Pushed \d/ }).waitFor();
  }
  for (const look of ['light', 'dark', 'on a phone'] as const) {
    await showAs(page, look);
    expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
  }
  expect(complaints).toEqual([]);
});

browserTest('relays of a period, by file, and those that failed and run again', async () => {
  const { page, complaints } = await showView('/relays');
  const rows = page.locator('.tasks-table tbody tr');
  await untilCount(rows, 1);
  await page.getByRole('button', { name: 'Failed, and runs again' }).click();
  await untilCount(rows, 1);
  await page.locator('.tasks-table bdi', { hasText: 'intro.mp4' }).waitFor();
  await page.getByLabel('Calendar …').selectOption({ label: 'Last week' });
  await page.getByText('No task matches.').waitFor();
  await page.getByRole('button', { name: 'Last 24 hours' }).click();
  await untilCount(rows, 1);
  await page.getByRole('searchbox', { name: 'Task, file, or beginning of stream or domain' }).fill('Show.MP4');
  await page.waitForURL(/name=Show.MP4/);
  await untilCount(rows, 1);
  await page.getByRole('button', { name: 'Any time' }).click();
  await page.waitForURL((url) => !url.searchParams.has('window'));
  expect(complaints).toEqual([]);
});

browserTest('hours by domain and day are saved as they are on the page', async () => {
  const { page } = await showView('/endings');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'This table as CSV, in hours and minutes' }).click();
  const [head = '', ...lines] = readFileSync(await (await saving).path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  expect(head).toMatch(/^\uFEFFDomain,Total(,\d{4}-\d\d-\d\d)+$/);
  expect(lines[0]).toMatch(/^push\.example\.com(,\d+:\d\d)+$/);
});
