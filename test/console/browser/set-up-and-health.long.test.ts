import { afterAll, describe, expect } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { webhookSecret } from '../../alerts/alerts-files.ts';
import { openReceiver, type Receiver } from '../../forwarding/receivers.ts';
import { askUntil } from '../../support/ask-until.ts';
import { fitsItsWidth, goWithin, hasBrowser, seriousFindings, showAs, untilCount } from '../../support/browser.ts';
import { pushBody, without } from '../../support/callback-bodies.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { signed } from '../../support/signed.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const [viewer, operator] = ['a-token-of-a-viewer', 'a-token-of-an-operator'];

let target: Receiver;
let folder: TemporaryFolder;
const startServer = async () => {
  folder = makeTemporaryFolder();
  target = await openReceiver();
  const targets = [{ name: 'on-call', url: target.url, secret: webhookSecret }];
  const rules = [{ name: 'quarantine', when: 'QUARANTINE', threshold: 3 }];
  const alertsFile = path.join(folder.path, 'alerts.json');
  writeFileSync(alertsFile, JSON.stringify({ targets, rules }));
  return startConsoleServer({
    CSS_CALLBACK_KEYS: 'key',
    API_TOKENS: `viewer=${viewer},operator:olga=${operator}`,
    ALERTS_FILE: alertsFile,
    FORWARD_ALLOW: 'loopback',
  });
};
const suite = useConsole('Set-up and Health', startServer, viewer);
const { browserTest, openView, showView } = suite;
afterAll(async () => {
  if (!hasBrowser) return;
  await target.close();
  folder.remove();
});

describe('an empty ledger', () => {
  browserTest('Set-up says what is missing; a viewer may not send a test callback', async () => {
    const { page } = await openView('/set-up', viewer);
    await page.getByRole('heading', { name: 'No callback from CSS has arrived yet' }).waitFor();
    await page.getByText(`${suite.server.url}/callbacks/css`, { exact: true }).waitFor();
    await page.getByText('Callback keys: set (1)').waitFor();
    await page.getByText('Tokens in the URL: missing').waitFor();
    await page.getByText('Only operators can do this').waitFor();
    expect(await page.getByRole('button', { name: 'Send a test callback' }).isDisabled()).toBe(true);
  });

  browserTest(
    'requests that were refused outright are there with why and what to do, not “nothing has arrived”',
    async () => {
      const { page, complaints } = await openView('/set-up', viewer);
      await page.getByRole('heading', { name: 'No callback from CSS has arrived yet' }).waitFor();
      const url = `${suite.server.url}/callbacks/css`;
      const answers = [
        await fetch(url, { method: 'POST', body: 'no JSON' }),
        await fetch(`${url}/a/b`, { method: 'POST' }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 404]);
      await page.getByRole('heading', { name: 'Requests arrive, but none could be taken' }).waitFor();
      await page.getByRole('row', { name: /1 BODY_UNREADABLE The body was no JSON object/ }).waitFor();
      await page
        .getByRole('row', { name: /1 NOT_FOUND .* Enter the callback URL at CSS exactly as it is shown/ })
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  browserTest('an operator’s test callback appears as it comes, and is not taken for one of CSS', async () => {
    const { page, complaints } = await openView('/set-up', operator);
    await page.getByRole('button', { name: 'Send a test callback' }).click();
    await page.getByText('Accepted and stored').waitFor();
    await page.getByRole('cell', { name: 'Test (LiveLedgerTest)' }).waitFor();
    await page.getByRole('heading', { name: 'Requests arrive, but none could be taken' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** A parameter of what “As CSV” saves. */
const saved = async (part: Locator, parameter: string) => {
  const link = await part.getByRole('link', { name: 'As CSV' }).getAttribute('href');
  return new URL(link ?? '', suite.server.url).searchParams.get(parameter);
};

describe('quarantine', () => {
  browserTest('releases all of one reason, after it has said what that does and to how many', async () => {
    for (const at of [1, 2, 3]) {
      const body = without(pushBody({ sequence: `700000000000000000${at}`, stream_id: `stream-${at}` }), 'sign');
      await fetch(`${suite.server.url}/callbacks/css`, { method: 'POST', body: JSON.stringify(body) });
    }
    const viewers = await openView('/health', viewer);
    await viewers.page.getByText('Only operators can do this').waitFor();
    expect(await viewers.page.getByRole('button', { name: /^(Release|Discard)/ }).count()).toBe(0);
    const { page, complaints } = await openView('/health', operator);
    await page.getByRole('cell', { name: 'Quarantine', exact: true }).waitFor();
    await page.getByRole('cell', { name: 'Callbacks are in quarantine: Unsigned.' }).waitFor();
    await page.getByRole('row', { name: /^on-call Running/ }).waitFor();
    await page.getByRole('heading', { level: 1, name: '2 things need attention.' }).waitFor();
    expect(await page.locator('.findings a').allTextContents()).toEqual([
      '1 open alert',
      '3 callbacks in quarantine need a decision',
    ]);
    await page.getByRole('link', { name: '3 callbacks in quarantine need a decision' }).click();
    expect(new URL(page.url()).hash).toBe('#quarantine');
    await page.getByText('The others count nowhere, and are deleted 30 days').waitFor();
    await page.getByRole('button', { name: 'Unsigned 3' }).click();
    const streams = async () =>
      (await page.locator('.held li').allTextContents()).map((text) => /stream-\d/.exec(text)?.[0]).join();
    await askUntil(streams, (shown) => shown === 'stream-3,stream-2,stream-1');
    await page.getByLabel('Order').selectOption('Oldest first');
    await askUntil(streams, (shown) => shown === 'stream-1,stream-2,stream-3');
    expect(await saved(page.getByRole('region', { name: 'Quarantine', exact: true }), 'orderBy')).toBe(
      '{"field":"RECEIVED_AT","direction":"ASC"}',
    );
    await page.getByRole('button', { name: 'Discard …' }).first().click();
    // By keys alone: the field has the focus.
    await page.keyboard.type('Not ours.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Discarded: 1.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Release all 2 …' }).click();
    await page.getByRole('heading', { name: 'Release 2 callbacks?' }).waitFor();
    await page.getByText('This can’t be undone').waitFor();
    await page.getByLabel('Why, for the audit').fill('The key of the template was new.');
    expect(await seriousFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByRole('button', { name: 'Release 2', exact: true }).click();
    await page.getByText('Released: 2.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('Nothing is in quarantine.').waitFor();
    const ended = page.getByRole('region', { name: 'Alerts that ended in the last 24 hours' });
    await ended.getByRole('cell', { name: 'Quarantine', exact: true }).waitFor();
    await page.getByRole('heading', { level: 1, name: 'Nothing needs attention.' }).waitFor();
    // More than these are not saved, rather than nothing: the link asks for as many as the page says.
    expect(await saved(ended, 'first')).toBe('500');
    await goWithin(page, '/audit');
    await page.getByRole('row', { name: /Discard from quarantine: \S+ “Not ours\.”/ }).waitFor();
    await page.screenshot({ path: '/tmp/doors-shot2.png' });
    await untilCount(page.getByRole('row').filter({ hasText: '“The key of the template was new.”' }), 2);
    expect(await suite.server.ask('{ streamSessions { totalCount } }')).toEqual({ streamSessions: { totalCount: 2 } });
    expect(complaints).toEqual([]);
  });

  browserTest(
    'Set-up and Health: axe finds nothing serious, and nothing is cut off: light; dark, on a phone',
    async () => {
      const { page, complaints } = await showView('/relays');
      for (const look of ['light', 'dark, on a phone'] as const) {
        await showAs(page, look);
        for (const [view, shown] of [
          ['/set-up', '#at-css'],
          ['/health', '#quarantine'],
        ] as const) {
          await goWithin(page, view);
          await page.locator(shown).waitFor();
          expect([look, view, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, view, [], true]);
        }
      }
      expect(complaints).toEqual([]);
    },
  );
});

browserTest('a server that goes away is noticed, and found again without a reload', async () => {
  const body = JSON.stringify(
    signed(pushBody({ sequence: '7000000000000000009' }), 'key', Math.floor(Date.now() / 1_000)),
  );
  expect((await fetch(`${suite.server.url}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
  const { page } = await showView('/set-up');
  await page.getByRole('heading', { name: 'Callbacks are arriving' }).waitFor();
  await suite.server.kill();
  await page.getByText('Connection lost').first().waitFor();
  await suite.server.start();
  await page.getByText('Connection lost').first().waitFor({ state: 'hidden' });
  const push = await suite.server.ask<{ callbackSetup: { keys: number } }>('{ callbackSetup { keys } }');
  expect(push.callbackSetup.keys).toBe(1);
});
