import { describe, expect } from '@jest/globals';
import { fitsItsWidth, seriousFindings } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';

const suite = useConsole('Endings', startConsoleServer);
const { browserTest, openView } = suite;

/** Rows of the list until more are asked for: the number is in its query. */
const rowsOfPage = 100;

const looks = {
  light: {},
  dark: { colorScheme: 'dark' },
  'on a phone': { viewport: { width: 390, height: 844 } },
} as const;

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
    const { page, complaints } = await openView('/endings?window=7d');
    const row = page.getByRole('row', { name: /^Network/ }).first();
    const count = Number(await row.getByRole('cell').nth(1).textContent());
    await row.getByRole('link').click();
    await page.getByText('Ended by: Network').waitFor();
    await page.locator('.sessions-table tbody tr').first().waitFor();
    expect(await page.locator('.sessions-table tbody tr').count()).toBe(count);
    expect(complaints).toEqual([]);
  });

  browserTest('a bar leads to the sessions that it counts', async () => {
    const { page, complaints } = await openView('/endings?window=7d');
    await page.locator('.time-bars a').first().waitFor();
    // Days below the bars of a week, and a name for each piece of the one above.
    expect(await page.locator('.time-bars .axis-labels span').count()).toBeGreaterThanOrEqual(6);
    const pieces = await page.locator('section[aria-labelledby="by-side"] tbody tr').count();
    expect(await page.locator('.side-labels > span').count()).toBe(pieces);
    const counts = (await page.locator('.time-bars a title').allTextContents()).map((title) =>
      Number(title.split(': ').at(-1)),
    );
    const fewest = Math.min(...counts.filter((count) => count > 0));
    await page.locator('.time-bars a').nth(counts.indexOf(fewest)).click();
    await page.locator('.sessions-table tbody tr').first().waitFor();
    expect(await page.locator('.sessions-table tbody tr').count()).toBe(Math.min(fewest, rowsOfPage));
    expect(complaints).toEqual([]);
  });

  for (const [look, options] of Object.entries(looks)) {
    browserTest(`axe finds nothing serious, and nothing is cut off: ${look}`, async () => {
      const { page, complaints } = await openView('/endings', null, options);
      await page.getByRole('heading', { name: 'By code' }).waitFor();
      await page.getByRole('heading', { name: 'Streams that flap most' }).waitFor();
      expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
      expect(complaints).toEqual([]);
    });
  }
});
