import { describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fitsItsWidth, goWithin, seriousFindings } from '../../support/browser.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes, sendStory, story } from '../../support/console-story.ts';
import { signed } from '../../support/signed.ts';

/** What the page says when something is wrong, and that it never shows less without a word. */

const key = 'the-key';
const secrets = { keys: [{ domain: null, key }], tokens: ['a-token-in-the-callback-url'] };
const suite = useConsole('what the console says of its own faults', () =>
  startConsoleServer({ CSS_CALLBACK_KEYS: key, CSS_CALLBACK_TOKENS: 'a-token-in-the-callback-url' }),
);
const { browserTest, openView } = suite;

type Fields = Record<string, unknown>;

/** Changes the answers to a query on their way to the page, until it is called off. */
async function changeAnswers(
  page: Page,
  query: string,
  change: (data: Fields) => object,
): Promise<() => Promise<void>> {
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes(`query ${query}`) !== true) return route.fallback();
    const response = await route.fetch();
    const { data } = (await response.json()) as { data: Fields };
    return route.fulfill({ response, json: change(data) });
  });
  // Waits for the answers on their way: the page has to get each of them once.
  return () => page.unrouteAll({ behavior: 'wait' });
}

/** An answer in which some fields failed, as a query that takes too long leaves them. */
const without = (data: Fields, ...failed: string[]) => ({
  data: { ...data, ...Object.fromEntries(failed.map((field) => [field, null])) },
  errors: failed.map((field) => ({ message: 'It took too long.', path: [field], extensions: { code: 'INTERNAL' } })),
});

browserTest('Set-up shows callbacks that arrived with a wrong key: what is wrong, and what to do', async () => {
  const { page, complaints } = await openView('/');
  await page.getByRole('heading', { level: 1, name: 'No callback from CSS has arrived yet' }).waitFor();
  const body = signed(pushBody({ sequence: '7000000000000000099' }), 'another-key', Math.floor(Date.now() / 1_000));
  await fetch(`${suite.server.url}/callbacks/css`, { method: 'POST', body: JSON.stringify(body) });
  await page.getByRole('heading', { level: 1, name: 'Callbacks arrive, but none has been accepted yet' }).waitFor();
  const row = page.getByRole('row', { name: 'Wrong signature.' });
  await row.getByText('The sign of the callback matches none of the callback keys.').waitFor();
  await row.getByText('add the key that is missing').waitFor();
  expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
  await page.getByRole('link', { name: 'All in quarantine: 1' }).click();
  await page.getByRole('heading', { name: 'Quarantine' }).waitFor();
  expect(complaints).toEqual([]);
});

describe('with a day of callbacks', () => {
  browserTest('a view that fails says so, leaves the others, and is drawn again on request', async () => {
    await sendStory(suite.server.url, { secrets });
    const { page } = await openView('/health');
    await page.getByRole('heading', { name: 'Quarantine' }).waitFor();
    const callOff = await changeAnswers(page, 'SessionPage', (data) => ({
      data: { streamSession: { ...(data['streamSession'] as Fields), startedAt: 'no time' } },
    }));
    await goWithin(page, `/sessions/${story.flapping[3].sequence}`);
    await page.getByRole('heading', { name: 'This view has failed' }).waitFor();
    await page.getByText('Invalid time value').waitFor();
    expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
    await callOff();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: /^Live since/ }).waitFor();
  });

  browserTest('a page of which the file does not come says so, and loads again by itself once', async () => {
    const { page, complaints } = await openView('/');
    await page.getByRole('heading', { level: 1, name: '2 live' }).waitFor();
    const [pageFile, anything] = ['**/assets/endings-*.js', '**/*'];
    // As without a network: neither the file nor the page.
    await page.route(anything, (route) => route.abort());
    await page.getByRole('link', { name: 'Endings', exact: true }).click();
    await page.getByRole('heading', { name: 'This view could not be loaded' }).waitFor();
    await page.unroute(anything);
    await page.getByRole('heading', { level: 1, name: /pushes ended$/ }).waitFor();
    // After an update that went wrong it does not load again for ever.
    await page.route(pageFile, (route) => route.abort());
    let loads = 0;
    page.on('load', () => (loads += 1));
    await page.goto(`${suite.server.url}/endings`);
    await page.getByText('Its file did not arrive. Load the page again').waitFor();
    expect(loads).toBe(2);
    await page.unroute(pageFile);
    await page.getByRole('button', { name: 'Load the page again' }).click();
    await page.getByRole('heading', { level: 1, name: /pushes ended$/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  browserTest('figures that failed say so in their place; the others stay, and “Try again” brings them', async () => {
    const { page, complaints } = await openView('/relays');
    const callOff = await changeAnswers(page, 'LiveFigures', (data) => without(data, 'chart'));
    await goWithin(page, '/');
    const missed = page.locator('.missed');
    await missed.getByText('Could not be loaded: Live at once in the last 3 hours').waitFor();
    await missed.getByText('It took too long.').waitFor();
    await page.getByRole('row', { name: 'studio-a' }).getByText('0', { exact: true }).waitFor();
    expect([await missed.count(), await seriousFindings(page)]).toEqual([1, []]);
    await callOff();
    await missed.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel(/^Live at once in the last 3 hours/).waitFor();
    expect(await missed.count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  browserTest('Health waits for all its parts, and counts one that failed as what needs attention', async () => {
    const { page, complaints } = await openView('/relays');
    let answer = (): void => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query Outages') === true) await mayAnswer;
      await route.fallback();
    });
    await goWithin(page, '/health');
    await page.getByRole('heading', { level: 1, name: 'Checking …' }).waitFor();
    answer();
    await page.getByRole('heading', { level: 1, name: '1 thing needs attention.' }).waitFor();
    const callOff = await changeAnswers(page, 'Health', (data) => without(data, 'callbackStatistics', 'all'));
    await page.getByRole('heading', { level: 1, name: '1 thing needs attention.' }).waitFor();
    await page.locator('.findings').getByText('Could not be loaded: Quarantine').waitFor();
    await page.locator('.missed').getByText('Could not be loaded: Callbacks in the last 24 h').waitFor();
    await callOff();
    await page.locator('.findings').getByText('1 callback in quarantine needs a decision').waitFor();
    expect(complaints).toEqual([]);
  });

  browserTest('the number of live streams waits until all of them are counted', async () => {
    const pushes = Array.from({ length: 600 }, (_, number) => ({
      sequence: `72${String(number).padStart(17, '0')}`,
      streamId: `many-${number}`,
      beganMinutesAgo: 10,
      ended: null,
    }));
    await sendPushes(suite.server.url, pushes, { secrets });
    const { page, complaints } = await openView('/relays');
    let answer = (): void => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/graphql', async (route) => {
      const sent = route.request().postData() ?? '';
      if (sent.includes('query LiveSessions') && !sent.includes('"after":null')) await mayAnswer;
      await route.fallback();
    });
    await goWithin(page, '/');
    await page.getByText('Loading, 500 so far').waitFor();
    expect(await page.locator('h1').textContent()).toBe('… live');
    answer();
    await page.getByRole('heading', { level: 1, name: '602 live' }).waitFor();
    expect(complaints).toEqual([]);
  });

  browserTest('a clock that is off is said, and times count by the server’s', async () => {
    const { page, complaints } = await suite.openPage();
    await page.clock.setSystemTime(Date.now() - 600_000);
    await page.goto(`${suite.server.url}/streams/studio-a?domain=push.example.com&path=live`);
    const banner = page.getByText(/^This device’s clock is 1?\d min( \d+ s)? behind the server’s/);
    await banner.waitFor();
    // By the clock of the device it would be 2 h 4 min.
    await page.getByRole('heading', { level: 1, name: /for 2 h 1[4-9] min/ }).waitFor();
    expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
    expect(complaints).toEqual([]);
  });

  browserTest('the search box reads times by the server’s clock', async () => {
    const { page } = await suite.openPage();
    await page.clock.setSystemTime(Date.now() - 10 * 86_400_000);
    // Either side of midnight.
    const days = [0, 3_600_000].map((laterMs) => new Date(Date.now() - 600_000 + laterMs).getUTCDate());
    await page.goto(`${suite.server.url}/search?q=10%20min%20ago`);
    await page.getByRole('heading', { level: 1, name: new RegExp(` (${days.join('|')}) [A-Z][a-z]{2} `) }).waitFor();
  });
});
