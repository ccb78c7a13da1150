import { expect } from '@jest/globals';
import { fitsItsWidth, goWithin, seriousFindings, showAs } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes } from '../../support/console-story.ts';

/** An incident of refused pushes, and one of relay tasks; a fault ended a stream that is back. */

const suite = useConsole('incidents of refused pushes and relay tasks', async () => {
  const server = await startConsoleServer();
  await sendPushes(server.url, [
    { sequence: '7300000000000000001', streamId: 'back', beganMinutesAgo: 60, ended: { minutesAgo: 20, code: 5 } },
    { sequence: '7300000000000000002', streamId: 'back', beganMinutesAgo: 15, ended: null },
  ]);
  for (const story of ['expired-key', 'relay-source']) {
    await server.simulate('--story', story, '--seed', story, '--losses', '0');
  }
  return server;
});
const { browserTest, openView } = suite;

browserTest(
  'Live does not say that all are back while pushes are refused, and says how many relays are not',
  async () => {
    const { page, complaints } = await openView('/');
    const now = page.getByRole('list', { name: 'Incidents now' });
    await now
      .getByText(/streams? could not push/)
      .first()
      .waitFor();
    const line = page.getByRole('link', { name: /^\d+ relay tasks that failed in the last 3 hours do not run again$/ });
    const count = Number.parseInt((await line.textContent()) ?? '', 10);
    expect(await page.getByText('All streams that a fault ended').count()).toBe(0);
    await line.click();
    await page.locator('.tasks-table tbody tr').first().waitFor();
    expect(await page.locator('.tasks-table tbody tr').count()).toBe(count);
    expect(complaints).toEqual([]);
  },
);

browserTest('an incident lists the relay tasks that do not run again, or leads to the refused pushes', async () => {
  const { page, complaints } = await openView('/incidents', null, { locale: 'ja-JP' });
  await page
    .getByRole('link', { name: /リレータスク/ })
    .first()
    .click();
  await page.getByRole('heading', { level: 2, name: /^再び動いていないリレータスク \d+ 件$/ }).waitFor();
  // Why it is one incident has numbers, and is in the language of the page.
  expect(await page.locator('.term').first().getAttribute('title')).toMatch(
    /^\d+ 本のストリームが同時に失敗しました。/,
  );
  await showAs(page, 'dark, on a phone');
  expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
  expect(complaints).toEqual([]);
});

browserTest('an incident of refused pushes leads to them', async () => {
  const { page } = await openView('/incidents');
  await page
    .getByRole('link', { name: /could not push/ })
    .first()
    .click();
  await page.locator('main').getByRole('link', { name: 'Refused pushes' }).click();
  await page.locator('.table-scroll tbody tr').first().waitFor();
  await goWithin(page, '/');
});
