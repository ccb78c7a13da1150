import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { projectionCaughtUp } from '../../support/ask-ledger.ts';
import { fitsItsWidth, goWithin, seriousFindings, untilCount } from '../../support/browser.ts';
import { pushBody, without } from '../../support/callback-bodies.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';

const [admin, operator, viewer] = ['the-token-of-ada', 'the-token-of-olga', 'the-token-of-vera'];
const sequence = '6674468118806627001';

const suite = useConsole('the audit', async () => {
  const server = await startConsoleServer({
    API_TOKENS: `admin:ada=${admin},operator:olga=${operator},viewer:vera=${viewer}`,
    CSS_CALLBACK_KEYS: 'the-key-of-callbacks',
  });
  const body = JSON.stringify(without(pushBody({ sequence }), 'sign', 't'));
  expect((await fetch(`${server.url}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
  await projectionCaughtUp(server.url, admin);
  const { quarantine } = await server.ask<{ quarantine: { nodes: { id: string }[] } }>(
    '{ quarantine { nodes { id } } }',
    admin,
  );
  const [quarantined] = quarantine.nodes;
  await server.ask(`mutation { releaseFromQuarantine(ids: ["${quarantined?.id}"]) { outcome } }`, operator);
  await server.ask('mutation { sendTestCallback { accepted } }', admin);
  await server.ask('mutation { skipForwarding(target: "none") { name } }', operator).catch(() => undefined);
  // More than a page.
  for (let note = 1; note <= 60; note += 1) {
    await server
      .ask(`mutation { addNote(id: "${quarantined?.id}", text: "x") { fact { id } } }`, viewer)
      .catch(() => undefined);
    await server.ask(`mutation { pauseForwarding(target: "none-${note}") { name } }`, operator).catch(() => undefined);
  }
  await projectionCaughtUp(server.url, admin);
  return server;
});
const { browserTest, openView } = suite;

const rows = (page: Page) => page.getByRole('group', { name: 'Entries', exact: true }).locator('tbody tr');
const sizes = [
  [390, 844],
  [1024, 768],
] as const;

browserTest('an admin sees who did what, page by page, by person, action and outcome, and saves it', async () => {
  const { page, complaints } = await openView('/', admin);
  await page.getByRole('navigation').getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  await untilCount(rows(page), 50);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('row').filter({ hasText: 'Release from quarantine' }).filter({ hasText: 'olga' }).waitFor();
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    expect([width, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([width, [], true]);
  }
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption({ label: 'Done' });
  await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Send a test callback' });
  await untilCount(rows(page), 1);
  expect(await rows(page).innerText()).toMatch(/ada\s+admin\s+Send a test callback\s+Done\s+127\.0\.0\.1/);
  expect(new URL(page.url()).search).toBe('?outcome=DONE&action=SEND_TEST_CALLBACK');
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'As CSV' }).click(),
  ]);
  expect([saved.suggestedFilename(), await saved.failure()]).toEqual(['audit.csv', null]);
  await goWithin(page, '/audit?action=SIGN_IN');
  await page.getByRole('button', { name: 'ada' }).first().click();
  await page.waitForURL(/who=ada/);
  await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Erase personal data' });
  await page.getByText('No entry matches.').waitFor();
  expect(complaints).toEqual([]);
});

browserTest('an operator sees their own entries, in the period that is chosen', async () => {
  const { page } = await openView('/audit?action=RELEASE_FROM_QUARANTINE', operator);
  await page.getByText('Only admins see the entries of others.').waitFor();
  await untilCount(rows(page), 1);
  await page.getByRole('combobox', { name: 'What' }).selectOption('');
  await untilCount(rows(page), 50);
  expect((await rows(page).allInnerTexts()).filter((text) => !text.includes('olga'))).toEqual([]);
  await page.getByRole('combobox', { name: 'Calendar' }).selectOption({ label: 'Last month' });
  await page.getByText('No entry matches.').waitFor();
});

browserTest('a viewer reads which role may see it, and finds no way there', async () => {
  const { page } = await openView('/health', viewer);
  await page.getByRole('heading', { name: 'Quarantine' }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Set-up' }).waitFor();
  expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
  await goWithin(page, '/audit');
  await page.getByText('Only admins see who did what in this ledger').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

browserTest('the page of a push says who has released its callback', async () => {
  const { page } = await openView(`/sessions/${sequence}`, viewer);
  await page.getByText('Released from quarantine by olga').waitFor();
});
