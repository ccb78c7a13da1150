import { describe, expect } from '@jest/globals';
import { cutOff, fitsItsWidth, goWithin, seriousFindings, showAs, untilCount } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes } from '../../support/console-story.ts';

const suite = useConsole('Endings', startConsoleServer);
const { browserTest, openView, showView } = suite;

/** Rows of the list until more are asked for: the number is in its query. */
const rowsOfPage = 100;

browserTest('an empty ledger: Endings says so, Home is Set-up and becomes Live with the first callback', async () => {
  const { page, complaints } = await openView('/endings');
  await page.getByRole('heading', { name: 'No pushes ended in this period' }).waitFor();
  await page.goto(suite.server.url);
  await page.getByRole('heading', { name: 'No callback from CSS has arrived yet' }).waitFor();
  await suite.server.simulate('--sessions', '120', '--tasks', '0');
  await page.getByRole('heading', { level: 1, name: /^[\d,]+ live$/ }).waitFor();
  expect(complaints).toEqual([]);
});

describe('a ledger with endings', () => {
  browserTest('every side leads to as many sessions as its row counts', async () => {
    const { page, complaints } = await showView('/endings?window=7d');
    const row = page.getByRole('row', { name: /^Network/ }).first();
    const count = Number(await row.getByRole('cell').nth(1).textContent());
    await row.getByRole('link').click();
    await page.getByText('Ended by: Network').waitFor();
    await untilCount(page.locator('.sessions-table tbody tr'), count);
    expect(complaints).toEqual([]);
  });

  browserTest('a bar leads to the sessions that it counts', async () => {
    const { page, complaints } = await showView('/endings?window=7d');
    await page.locator('.time-bars a').first().waitFor();
    // Days below the bars of a week, and a name for each piece of the one above.
    expect(await page.locator('.time-bars .axis-labels span').count()).toBeGreaterThanOrEqual(6);
    const pieces = await page.locator('section[aria-labelledby="by-side"] tbody tr').count();
    await untilCount(page.locator('.side-labels > span'), pieces);
    const counts = (await page.locator('.time-bars a title').allTextContents()).map((title) =>
      Number(title.split(': ').at(-1)),
    );
    const fewest = Math.min(...counts.filter((count) => count > 0));
    await page.locator('.time-bars a').nth(counts.indexOf(fewest)).click();
    await untilCount(page.locator('.sessions-table tbody tr'), Math.min(fewest, rowsOfPage));
    expect(complaints).toEqual([]);
  });

  browserTest(
    'pushed hours by domain and day: totals add up, a figure leads to its pushes, CSV has the same',
    async () => {
      // The first of them is among the domains that pushed most.
      const pushes = Array.from({ length: 20 }, (_, number) => ({
        sequence: `73${String(number).padStart(17, '0')}`,
        streamId: 'long',
        domain: `d-${number}.example.com`,
        beganMinutesAgo: number === 0 ? 9_000 : 600,
        ended: { minutesAgo: 300, code: 1 },
      }));
      await sendPushes(suite.server.url, pushes);
      const { page, complaints } = await openView('/endings?window=7d');
      const table = page.getByRole('region', { name: 'Pushed hours by domain and day' });
      const row = table.getByRole('row', { name: 'd-0.example.com' });
      await table.getByRole('row', { name: /^\d+ other domains/ }).waitFor();
      const [total = '', ...days] = await row.getByRole('cell').allTextContents();
      // 8,700 minutes.
      expect(total).toBe('145.0');
      // A day that has only its first or last minutes of the push says “<0.1”.
      const hours = days.map((text) => (text === '–' ? 0 : Number(text.replace('<', ''))));
      expect(hours.reduce((sum, each) => sum + each, 0)).toBeCloseTo(145, 0);

      await page.locator('section[aria-labelledby="pushed-hours"]').getByRole('button', { name: 'More' }).click();
      await table.getByRole('row', { name: /^\d+ other domains/ }).waitFor({ state: 'detached' });
      expect(await table.locator('tbody tr').count()).toBeGreaterThanOrEqual(20);

      const csv = await page.locator('section[aria-labelledby="pushed-hours"] .as-csv').first().getAttribute('href');
      const saved = await (await page.request.get(`${suite.server.url}${csv}`)).text();
      const [head, ...lines] = saved.trim().split('\r\n');
      expect(head).toBe('from,domain,pushedMs');
      const ofFirst = lines.map((line) => line.split(',')).filter(([, domain]) => domain === 'd-0.example.com');
      expect(ofFirst.reduce((sum, [, , pushedMs]) => sum + Number(pushedMs), 0)).toBe(8_700 * 60_000);

      await row.getByRole('cell').getByRole('link').first().click();
      await page.getByRole('heading', { level: 1, name: /^Pushes between/ }).waitFor();
      await page.locator('main').getByText('d-0.example.com', { exact: true }).waitFor();
      await page.locator('.sessions-table tbody').getByRole('link', { name: 'long' }).waitFor();
      await untilCount(page.locator('.sessions-table tbody tr'), 1);
      expect(complaints).toEqual([]);
    },
  );

  browserTest(
    'bars are whole hours and days; the last one says that it is not over; shares say of how many',
    async () => {
      const { page, complaints } = await showView('/endings');
      const names = page.locator('.time-bars figcaption');
      await names.getByText(/ \d\d:00$/).waitFor();
      await page.getByText(/^Shares are of the [\d,]+ pushes that ended\. Live now: \d+\.$/).waitFor();
      await goWithin(page, '/endings?window=7d');
      await names.getByText(/ \w+, so far$/).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  browserTest('axe finds nothing serious, and nothing is cut off: light, dark and on a phone', async () => {
    const { page, complaints } = await showView('/endings');
    const head = page.getByRole('columnheader', { name: 'so far' });
    for (const look of ['light', 'dark', 'on a phone'] as const) {
      await showAs(page, look);
      await page.getByRole('heading', { name: 'By code' }).waitFor();
      await page.getByRole('heading', { name: 'Streams that flap most' }).waitFor();
      // A phone has no room for the head: each figure names its day.
      const today = look === 'on a phone' ? page.locator('td[data-day$="so far"]').first() : head;
      await today.waitFor();
      expect([look, await seriousFindings(page), await fitsItsWidth(page), await cutOff(page)]).toEqual([
        look,
        [],
        true,
        [],
      ]);
    }
    expect(complaints).toEqual([]);
  });
});
