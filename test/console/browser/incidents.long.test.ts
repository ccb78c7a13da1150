import { afterAll, expect } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { webhookSecret } from '../../alerts/alerts-files.ts';
import { openReceiver, type Receiver } from '../../forwarding/receivers.ts';
import { fitsItsWidth, hasBrowser, seriousFindings, showAs, untilCount } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes, type StoryPush } from '../../support/console-story.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

/** A night in which CSS ended 30 of 40 streams by an internal fault, of which 20 are back. */

const internalFault = 5;
const pushes = Array.from({ length: 40 }, (_, number): StoryPush[] => {
  const streamId = `channel-${number}`;
  const ended = number < 30 ? { minutesAgo: 20, code: internalFault } : null;
  const again = { sequence: `74${String(number).padStart(17, '0')}`, streamId, beganMinutesAgo: 18, ended: null };
  return [
    { sequence: `73${String(number).padStart(17, '0')}`, streamId, beganMinutesAgo: 240, ended },
    ...(number < 20 ? [again] : []),
  ];
}).flat();

const notBack = Array.from({ length: 10 }, (_, number) => number + 20);

let target: Receiver;
let folder: TemporaryFolder;
const suite = useConsole('incidents', async () => {
  folder = makeTemporaryFolder();
  target = await openReceiver();
  const targets = [{ name: 'on-call', url: target.url, secret: webhookSecret }];
  const alertsFile = path.join(folder.path, 'alerts.json');
  writeFileSync(alertsFile, JSON.stringify({ targets, rules: [{ name: 'push-faults', when: 'PUSH_ENDED' }] }));
  const server = await startConsoleServer({ ALERTS_FILE: alertsFile, FORWARD_ALLOW: 'loopback' });
  await sendPushes(server.url, pushes);
  return server;
});
const { browserTest, openView } = suite;
afterAll(async () => {
  if (!hasBrowser) return;
  await target.close();
  folder.remove();
});

browserTest('Live says what a fault ended that is not back, leads to it, and its chart shows the dip', async () => {
  const { page, complaints } = await openView('/');
  await page.getByRole('heading', { level: 1, name: '30 live' }).waitFor();
  const chart = page.getByLabel(/^Live at once in the last 3 hours: highest: 40, fewest: 10, at/);
  await chart.waitFor();
  await chart.hover();
  await page.getByText(/\d\d:\d\d: 40 to 40 · \S+$/).waitFor();
  for (const look of ['light', 'dark, on a phone'] as const) {
    await showAs(page, look);
    expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
  }
  await page.getByRole('link', { name: '10 streams that a fault ended in the last 3 hours are not back' }).click();
  await page.getByRole('heading', { level: 1, name: '10 streams ended by a fault and not back' }).waitFor();
  const streams = await page.locator('.sessions-table tbody tr').allTextContents();
  expect(streams.map((row) => /channel-\d+/.exec(row)?.[0]).sort()).toEqual(
    notBack.map((number) => `channel-${number}`),
  );
  for (const look of ['dark, on a phone', 'light'] as const) {
    await showAs(page, look);
    expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
  }
  await sendPushes(suite.server.url, [
    { sequence: '7500000000000000020', streamId: 'channel-20', beganMinutesAgo: 0, ended: null },
  ]);
  await page.getByRole('heading', { level: 1, name: '9 streams ended by a fault and not back' }).waitFor();
  expect(complaints).toEqual([]);
});

browserTest('Live says the incident first, in a sentence with its numbers, and leads to all of it', async () => {
  const { page, complaints } = await openView('/');
  const sentence =
    /^CSS had an internal fault on push\.example\.com\/live at the access point \S+ since (\d+ \w+ )?\d\d:\d\d:\d\d: 30 of 40 streams ended, 2\d are back, \d+ are not\.$/;
  const now = page.getByRole('list', { name: 'Incidents now' });
  await now.getByText('Recovering').waitFor();
  await now.getByText(/^Whose side: CSS · Last failure: \d+ min ago · Last return: /).waitFor();
  await now.getByText('Have the streams pushed again, and give the vendor').waitFor();
  await page.getByRole('link', { name: /^Incident: CSS had an internal fault/ }).waitFor();
  await now.getByRole('link', { name: sentence }).click();
  await page.getByRole('heading', { level: 1, name: sentence }).waitFor();
  await page.getByText('give the vendor the sequences').waitFor();
  await page.getByRole('row', { name: /^\d+ \w+ \d\d:\d\d 30 30$/ }).waitFor();
  const vendor = page.locator('.incident-text pre').last();
  await vendor.getByText('Access points (node)').waitFor();
  const ticket = (await vendor.textContent()) ?? '';
  expect(
    ticket.match(/^73\d{17}, 2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d, \S+, push\.example\.com\/live\/channel-\d+$/gm),
  ).toHaveLength(30);
  await page.getByRole('heading', { level: 2, name: /^\d+ streams are not back$/ }).waitFor();
  await page.getByRole('heading', { level: 2, name: '30 pushes that it ended' }).waitFor();
  for (const look of ['light', 'dark, on a phone'] as const) {
    await showAs(page, look);
    expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
  }
  await showAs(page, 'light');
  await page.getByRole('link', { name: 'channel-29' }).first().click();
  await page.getByText('Part of an incident:').waitFor();
  await page.goBack();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Incidents', exact: true }).click();
  await page.getByRole('row', { name: /Recovering/ }).waitFor();
  for (const look of ['dark, on a phone', 'light'] as const) {
    await showAs(page, look);
    expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
  }
  expect(complaints).toEqual([]);
});

browserTest('Health has the alerts that an incident explains folded below its sentence', async () => {
  const { page, complaints } = await openView('/health');
  await page
    .getByRole('link', { name: /^CSS had an internal fault on .* are not\.$/ })
    .first()
    .waitFor();
  const group = page.locator('details', { hasText: /^\d+ alerts that it explains/ });
  await group.locator('summary').first().click();
  await untilCount(group.first().getByRole('row', { name: /channel-\d+/ }), 9);
  expect(complaints).toEqual([]);
});

browserTest('once all are back the incident is over, on Live, on its page and in the list', async () => {
  const { page, complaints } = await openView('/');
  await page.getByRole('list', { name: 'Incidents now' }).waitFor();
  await sendPushes(
    suite.server.url,
    notBack.map((number) => ({
      sequence: `76${String(number).padStart(17, '0')}`,
      streamId: `channel-${number}`,
      beganMinutesAgo: 0,
      ended: null,
    })),
  );
  await page.getByText('No incident now.').waitFor();
  const last = page.getByRole('link', { name: /^The last one: .* 30 of 40 streams ended, all are back\.$/ });
  await last.click();
  await page.getByRole('heading', { level: 1, name: /all are back\.$/ }).waitFor();
  await page
    .getByText(/^Over since/)
    .first()
    .waitFor();
  await page.goto(`${suite.server.url}/incidents/none`);
  await page.getByRole('heading', { name: 'No such incident' }).waitFor();
  expect(complaints).toEqual([]);
});
