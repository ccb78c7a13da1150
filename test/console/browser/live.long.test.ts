import { expect } from '@jest/globals';
import type { Page, Request } from 'playwright-core';
import { askUntil } from '../../support/ask-until.ts';
import { fitsItsWidth, goWithin, seriousFindings } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes, sendStory, type StoryPush } from '../../support/console-story.ts';

/** Bytes of the first view over the wire, everything that is loaded for it: 250 KB compressed. */
const firstViewBytesMax = 250_000;

/** Rows of the list that are in the page at most, however many there are: those of the window, and some beyond it. */
const rowsInPageMax = 100;

/** Rows that a scroll of ten may draw: they, and those at the edges. */
const rowsOfStep = 14;

const suite = useConsole('Live', async () => {
  const server = await startConsoleServer();
  await sendStory(server.url);
  return server;
});
const { browserTest, openView, showView } = suite;

const rowsOf = (page: Page) => page.locator('.live-table tbody tr:not(.spacer)');
const count = (page: Page, live: string) => page.getByRole('heading', { level: 1, name: `${live} live` }).waitFor();

/** Resolves once all of the view is there: what is above the list would move it away from under the pointer. */
async function isLaidOut(page: Page): Promise<void> {
  await page.getByLabel(/^Live at once in the last 3 hours/).waitFor();
  await page.locator('.ended-lately').getByText('Ended in the last 15 minutes').waitFor();
}

/** Scrolls to the end of the list until this row is there: the end moves while rows are measured. */
const scrollTo = (page: Page, row: string) =>
  askUntil(
    async () => {
      await page.evaluate('document.querySelector(".live-scroll").scrollTo(0, 1e9)');
      return page.getByRole('row', { name: row }).first().isVisible();
    },
    (isShown) => isShown,
  );

browserTest('the first view loads at most 250 KB, all of it from the server of the page', async () => {
  const { page, complaints } = await suite.openPage();
  const sizes: Promise<number>[] = [];
  const hosts = new Set<string>();
  const note = (request: Request) => {
    hosts.add(new URL(request.url()).origin);
    sizes.push(request.sizes().then((size) => size.responseBodySize + size.responseHeadersSize));
  };
  page.on('requestfinished', note);
  await page.goto(suite.server.url);
  await count(page, '2');
  await page.waitForLoadState('networkidle');
  // What ends with the page has no size, and would fail whatever test runs then.
  page.off('requestfinished', note);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect([...hosts]).toEqual([suite.server.url]);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(firstViewBytesMax);
  expect(complaints).toEqual([]);
});

const one: StoryPush = {
  sequence: '7000000000000000021',
  streamId: 'appearing',
  beganMinutesAgo: 1,
  ended: null,
};

browserTest('a head orders all that is live, also with the pointer on it, and the address says so', async () => {
  const { page, complaints } = await showView('/');
  const streams = async () =>
    (await rowsOf(page).allTextContents()).map((row) => /studio-a|news/.exec(row)?.[0]).join();
  const head = (name: string) => page.getByRole('columnheader', { name, exact: true });
  await askUntil(streams, (shown) => shown === 'news,studio-a');
  await head('Live for').getByRole('button').click();
  await askUntil(streams, (shown) => shown === 'studio-a,news');
  expect(await head('Live for').getAttribute('aria-sort')).toBe('descending');
  await page.reload();
  await askUntil(streams, (shown) => shown === 'studio-a,news');
  const link = await page.getByRole('link', { name: 'As CSV' }).getAttribute('href');
  const csv = await (await fetch(`${suite.server.url}${link}&fields=streamId`)).text();
  expect(csv.trimEnd().split('\r\n')).toEqual(['streamId', 'studio-a', 'news']);
  await head('Stream').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await askUntil(streams, (shown) => shown === 'news,studio-a');
  expect(await seriousFindings(page)).toEqual([]);
  // A phone shows fewer columns, and has a choice of all orders.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByLabel('Order').selectOption('Reconnects, 1 h ↓');
  await page.waitForURL('**/?order=-reconnects');
  expect([await seriousFindings(page), complaints]).toEqual([[], []]);
});

browserTest('a stream appears and leaves without a reload; a relay’s has its task and file', async () => {
  const { page, complaints } = await showView('/');
  const fed = page.getByRole('row', { name: 'news' });
  await fed.getByRole('link', { name: 'relay-news, file 1' }).waitFor();
  await page
    .getByRole('row', { name: 'studio-a' })
    .getByText(/^2 h \d+ min$/)
    .waitFor();
  await sendPushes(suite.server.url, [one]);
  const row = page.getByRole('row', { name: one.streamId });
  await row.waitFor();
  await count(page, '3');
  await sendPushes(suite.server.url, [{ ...one, ended: { minutesAgo: 0, code: 1 } }]);
  await row.waitFor({ state: 'detached' });
  await count(page, '2');
  expect(complaints).toEqual([]);
});

browserTest('what just ended is counted by who ended it, and opens to the pushes; the scope counts', async () => {
  const { page, complaints } = await openView('/');
  const line = page.locator('.ended-lately');
  await line.getByText('Ended in the last 15 minutes').waitFor();
  const just = { streamId: 'just-ended', beganMinutesAgo: 9 };
  const broken = { ...just, sequence: '7000000000000000024', ended: { minutesAgo: 1, code: 8 } };
  await sendPushes(suite.server.url, [{ ...broken, ended: null }]);
  await page.getByRole('row', { name: just.streamId }).waitFor();
  await sendPushes(suite.server.url, [broken]);
  await line.getByText('1 Network: No data arrived for a long time.').waitFor();
  await line.locator('summary').click();
  await page.waitForURL('**/?ended=open');
  await line.getByRole('row', { name: just.streamId }).getByText('No data arrived for a long time. (code 8)').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await isLaidOut(page);
  // No row of the list moves while the pointer is on it, not even below a line that grows.
  await page.getByRole('row', { name: 'studio-a' }).hover();
  const top = () => page.evaluate<number>('document.querySelector(".live-scroll").getBoundingClientRect().top');
  const before = [await top(), await line.locator('tbody tr').count()];
  const another = { ...just, sequence: '7000000000000000025', streamId: 'another' };
  await sendPushes(suite.server.url, [{ ...another, ended: null }]);
  await page.getByText('1 new: move the pointer away to show').waitFor();
  await sendPushes(suite.server.url, [{ ...another, ended: { minutesAgo: 0, code: 1 } }]);
  await page.getByText('1 new: move the pointer away to show').waitFor({ state: 'detached' });
  expect([await top(), await line.locator('tbody tr').count()]).toEqual(before);
  await page.getByRole('searchbox', { name: 'Search' }).hover();
  await line.getByRole('row', { name: another.streamId }).waitFor();
  await line.getByRole('link', { name: 'All of them in Endings' }).click();
  await page.getByRole('heading', { level: 1, name: /^Interruptions from/ }).waitFor();
  await page.getByRole('link', { name: just.streamId }).waitFor();
  await goWithin(page, '/?scope=other.example.com');
  await page.getByText('Ended in the last 15 minutes: 0').waitFor();
  expect(complaints).toEqual([]);
});

browserTest('while the pointer is on the list its rows stay: what is new waits, what left is marked', async () => {
  const { page } = await showView('/');
  await isLaidOut(page);
  await page.getByRole('row', { name: 'studio-a' }).hover();
  const later = { ...one, sequence: '7000000000000000022', streamId: 'later' };
  await sendPushes(suite.server.url, [later]);
  await page.getByText('1 new: move the pointer away to show').waitFor();
  expect(await rowsOf(page).count()).toBe(2);
  await page.getByRole('searchbox', { name: 'Search' }).hover();
  await page.getByRole('row', { name: later.streamId }).hover();
  await sendPushes(suite.server.url, [{ ...later, ended: { minutesAgo: 0, code: 1 } }]);
  await page.getByRole('row', { name: later.streamId }).getByText('Ended').waitFor();
});

browserTest('silent ones are marked, and can be shown alone', async () => {
  const silent = '{ streamSessions(filter: { isSilent: { eq: true, afterSeconds: 1 } }) { totalCount } }';
  await askUntil(
    () => suite.server.ask<{ streamSessions: { totalCount: number } }>(silent),
    ({ streamSessions }) => streamSessions.totalCount === 2,
  );
  const { page, complaints } = await showView('/?silent=1&order=stream');
  await page.getByRole('row', { name: 'studio-a' }).getByText('Silent').waitFor();
  await page.getByLabel('Callbacks').selectOption('No callback for 1 d');
  await page.getByText('No live stream matches').waitFor();
  await page.getByRole('button', { name: 'Remove filter: No callback for 1 d' }).click();
  await page.getByRole('row', { name: 'news' }).waitFor();
  expect(await page.getByText('Silent', { exact: true }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

browserTest('a server that goes away leaves what was known; back again, what happened meanwhile is there', async () => {
  const { page } = await openView('/');
  await page.getByRole('status').getByText('Changes appear on this page as they happen.').waitFor();
  await suite.server.kill();
  const banner = page.locator('.lost-banner');
  await banner.getByText(/^Connection lost .* this page shows what was known then/).waitFor();
  await page.getByRole('row', { name: 'studio-a' }).waitFor();
  await suite.server.start();
  await sendPushes(suite.server.url, [{ ...one, sequence: '7000000000000000023', streamId: 'meanwhile' }]);
  await page.getByRole('row', { name: 'meanwhile' }).waitFor();
  await banner.waitFor({ state: 'detached' });
  await goWithin(page, '/health');
  await page.getByRole('cell', { name: 'It ended without being stopped' }).waitFor();
});

browserTest(
  'streams are grouped by domain where it is asked for; a domain is folded by its heading, in the address',
  async () => {
    const elsewhere = { ...one, sequence: '7000000000000000026', streamId: 'elsewhere', domain: 'a.example.com' };
    await sendPushes(suite.server.url, [elsewhere]);
    const { page, complaints } = await openView('/');
    const grouped = page.getByRole('button', { name: 'Group by domain' });
    await page.getByRole('row', { name: elsewhere.streamId }).waitFor();
    // So few are overseen without headings.
    expect(await grouped.getAttribute('aria-pressed')).toBe('false');
    await grouped.click();
    await page.waitForURL('**/?group=domain');
    const heading = page.getByRole('rowheader', { name: 'a.example.com' });
    await heading.getByText('1 live').waitFor();
    expect(await rowsOf(page).first().textContent()).toContain('a.example.com');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?group=domain&folded=a.example.com');
    await page.getByRole('row', { name: elsewhere.streamId }).waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    const other = page.getByRole('rowheader', { name: 'push.example.com' });
    await other.getByRole('button', { expanded: false }).waitFor();
    await page.reload();
    await other.getByRole('button', { expanded: false }).waitFor();
    expect(await rowsOf(page).count()).toBe(2);
    await isLaidOut(page);
    // A row that appears while the pointer is on the list waits, and is counted then.
    await other.hover();
    await sendPushes(suite.server.url, [{ ...elsewhere, sequence: '7000000000000000027', streamId: 'elsewhere-2' }]);
    await page.getByText('1 new: move the pointer away to show').waitFor();
    await heading.getByText('1 live').waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).hover();
    await heading.getByText('2 live').waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await heading.getByRole('button').click();
    await page.getByRole('row', { name: 'elsewhere-2' }).waitFor();
    expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
    expect(complaints).toEqual([]);
  },
);

browserTest('10,000 live streams: few rows are in the page, and scrolling reaches the last', async () => {
  const live = '{ streamSessions(filter: { state: { eq: LIVE } }) { totalCount } }';
  const { streamSessions } = await suite.server.ask<{ streamSessions: { totalCount: number } }>(live);
  const pushes = Array.from({ length: 10_000 - streamSessions.totalCount }, (_, number) => ({
    sequence: `71${String(number).padStart(17, '0')}`,
    streamId: `many-${String(number).padStart(4, '0')}`,
    domain: `push-${number % 20}.example.com`,
    beganMinutesAgo: 10,
    ended: null,
  }));
  await sendPushes(suite.server.url, pushes);
  const { page, complaints } = await openView('/?order=stream&group=none');
  await count(page, '10,000');
  await page.getByLabel(/^Live at once in the last 3 hours/).waitFor();
  expect(await rowsOf(page).count()).toBeLessThan(rowsInPageMax);
  // A step of ten rows draws those that come into view, and none of the others again.
  await page.evaluate(`
    drawn = 0;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) drawn += addedNodes.length;
    }).observe(document.querySelector('.live-table tbody'), { childList: true });
    document.querySelector('.live-scroll').scrollBy(0, 280);
  `);
  // Asked from here: `waitForFunction` would go on by `eval` within the page, which its policy refuses.
  const drawn = await askUntil(
    () => page.evaluate<number>('drawn'),
    (rows) => rows > 0,
  );
  expect(drawn).toBeLessThanOrEqual(rowsOfStep);
  // By steps, as a wheel does it, then to the end.
  for (let step = 0; step < 20; step += 1) {
    await page.evaluate('document.querySelector(".live-scroll").scrollBy(0, 2_000)');
    expect(await rowsOf(page).count()).toBeLessThan(rowsInPageMax);
  }
  await scrollTo(page, 'studio-a');
  expect(await rowsOf(page).last().textContent()).toContain('studio-a');
  // Where nothing else is asked for they are grouped; what is folded is not scrolled through.
  await page.goto(`${suite.server.url}/?folded=push-0.example.com`);
  await page.getByRole('row', { name: 'push-1.example.com' }).getByText('500 live').waitFor();
  expect(await rowsOf(page).count()).toBeLessThan(rowsInPageMax);
  expect(await page.locator('.live-table').getAttribute('aria-rowcount')).toBe(String(1 + 10_000 - 500 + 22));
  await scrollTo(page, 'push.example.com/live');
  expect(complaints).toEqual([]);
});

browserTest('an order that no index has is refused for so many, and the usual one is a press away', async () => {
  const { page, complaints } = await openView('/search?q=many-&othersOrder=-PUSH_DURATION');
  await page.getByRole('heading', { name: 'This list is too long for this order' }).waitFor();
  await page.getByRole('button', { name: 'Usual order' }).click();
  await page.locator('.sessions-table tbody tr').first().waitFor();
  expect([new URL(page.url()).search, complaints]).toEqual(['?q=many-', []]);
});
