import { expect } from '@jest/globals';
import { fitsItsWidth, seriousFindings, showAs } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes, type StoryPush } from '../../support/console-story.ts';

/** A night in which CSS ended eight of ten streams by an internal fault, of which five are back. */

const internalFault = 5;
const pushes = Array.from({ length: 10 }, (_, number): StoryPush[] => {
  const streamId = `channel-${number}`;
  const ended = number < 8 ? { minutesAgo: 20, code: internalFault } : null;
  const again = { sequence: `74${String(number).padStart(17, '0')}`, streamId, beganMinutesAgo: 18, ended: null };
  return [
    { sequence: `73${String(number).padStart(17, '0')}`, streamId, beganMinutesAgo: 240, ended },
    ...(number < 5 ? [again] : []),
  ];
}).flat();

const suite = useConsole('incidents', async () => {
  const server = await startConsoleServer();
  await sendPushes(server.url, pushes);
  return server;
});
const { browserTest, openView } = suite;

browserTest('Live says what a fault ended that is not back, leads to it, and its chart shows the dip', async () => {
  const { page, complaints } = await openView('/');
  await page.getByRole('heading', { level: 1, name: '7 live' }).waitFor();
  const chart = page.getByLabel(/^Live at once in the last 3 hours: highest: 10, fewest: 2, at/);
  await chart.waitFor();
  await chart.hover();
  await page.getByText(/\d\d:\d\d: 10 to 10$/).waitFor();
  for (const look of ['light', 'dark, on a phone'] as const) {
    await showAs(page, look);
    expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
  }
  await page.getByRole('link', { name: '3 streams that a fault ended in the last 3 hours are not back' }).click();
  await page.getByRole('heading', { level: 1, name: '3 streams ended by a fault and not back' }).waitFor();
  const streams = page.locator('.sessions-table tbody tr');
  expect((await streams.allTextContents()).map((row) => /channel-\d/.exec(row)?.[0]).sort()).toEqual([
    'channel-5',
    'channel-6',
    'channel-7',
  ]);
  for (const look of ['dark, on a phone', 'light'] as const) {
    await showAs(page, look);
    expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
  }
  await sendPushes(suite.server.url, [
    { sequence: '7400000000000000005', streamId: 'channel-5', beganMinutesAgo: 0, ended: null },
  ]);
  await page.getByRole('heading', { level: 1, name: '2 streams ended by a fault and not back' }).waitFor();
  expect(complaints).toEqual([]);
});
