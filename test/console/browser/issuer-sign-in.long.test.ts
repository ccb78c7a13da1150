import { afterAll, expect } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { secretDigest } from '../../../src/kernel/encoding.ts';
import { seriousFindings } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { sendStory, story } from '../../support/console-story.ts';
import { useConsole } from '../../support/console-suite.ts';
import { providerClient, startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const operator = 'a-token-of-an-operator';
const folder = makeTemporaryFolder();
const accessFile = path.join(folder.path, 'access.json');
/** Whoever is in this group may ask; the token is for the test itself. */
const giveAccess = (group: string) =>
  writeFileSync(
    accessFile,
    JSON.stringify({
      tokens: [{ name: 'test', role: 'operator', sha256: secretDigest(operator) }],
      identities: [{ claim: 'groups', has: group, role: 'operator' }],
    }),
  );

let started: TestProvider | null = null;
const issuer = () => {
  if (started === null) throw new Error('The issuer has not been started.');
  return started;
};
const suite = useConsole('sign-in at an issuer', async () => {
  const provider = await startProvider({ anna: ['streaming'], berta: ['others'] });
  started = provider;
  giveAccess('streaming');
  const server = await startConsoleServer({
    OIDC_ISSUER: provider.url,
    OIDC_AUDIENCE: 'live-ledger',
    OIDC_CLIENT_ID: providerClient,
    ACCESS_FILE: accessFile,
  });
  provider.register(server.url);
  await sendStory(server.url, { apiToken: operator });
  return server;
});
afterAll(() => {
  started?.close();
  folder.remove();
});
const { browserTest } = suite;
const [, broken] = story.flapping;
const isAsked = (page: Page, timeout = 30_000) =>
  page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor({ timeout });
const isLive = (page: Page) => page.getByRole('heading', { name: '2 live' }).waitFor();
const leave = (page: Page) => page.getByRole('button', { name: `Sign in with ${new URL(issuer().url).host}` }).click();

/** Signs in on the pages of the issuer. */
async function signInAs(page: Page, name: string): Promise<void> {
  await leave(page);
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

browserTest(
  'a shared link opens after sign-in at the issuer; other tabs are signed in, and stay while its keys change',
  async () => {
    const { page, complaints } = await suite.openPage();
    const other = await page.context().newPage();
    await other.goto(suite.server.url);
    await isAsked(other);
    const shared = `${suite.server.url}/sessions/${broken.sequence}?appId=1`;
    await page.goto(shared);
    await isAsked(page);
    expect(await seriousFindings(page)).toEqual([]);
    await signInAs(page, 'anna');
    await page.waitForURL(shared);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await isLive(other);
    const kept = '[JSON.stringify({ ...localStorage, ...sessionStorage }), document.cookie].join()';
    expect(await page.evaluate(kept)).toBe('{},');
    await issuer().rotate();
    // The service asks for keys with the first token after a start.
    await suite.server.kill();
    await suite.server.start();
    await other.reload();
    await isLive(other);
    await other.getByRole('button', { name: 'Sign out' }).click();
    for (const one of [page, other]) await isAsked(one);
    expect(complaints).toEqual([]);
  },
);

browserTest(
  'whose group loses its role is asked again, at once, and reads why; a person without a role too',
  async () => {
    const { page } = await suite.openPage();
    await page.goto(suite.server.url);
    await signInAs(page, 'anna');
    await isLive(page);
    giveAccess('another-group');
    await page.getByText('You no longer have access to this ledger').waitFor();
    giveAccess('streaming');
    const stranger = await suite.openPage();
    await stranger.page.goto(suite.server.url);
    await signInAs(stranger.page, 'berta');
    await stranger.page.getByText('You no longer have access to this ledger').waitFor();
  },
);

browserTest(
  'at the end of its token a session ends in every tab, and the issuer leads back to the same page, without a name',
  async () => {
    issuer().expireAfter(1);
    const { page } = await suite.openPage();
    const shared = `${suite.server.url}/sessions/${broken.sequence}?appId=1`;
    await page.goto(shared);
    await signInAs(page, 'anna');
    const other = await page.context().newPage();
    await other.goto(suite.server.url);
    await isLive(other);
    issuer().expireAfter(3_600);
    // A second, and the minute by which the clocks may differ.
    for (const one of [page, other]) await isAsked(one, 2 * 60_000);
    await leave(page);
    // It knows who is there, and asks for no name; of a client on the same machine it asks this again.
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(shared);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await isLive(other);
  },
);

browserTest('whoever gives up at the issuer is shown why, and comes back to the same page', async () => {
  const { page } = await suite.openPage();
  await page.goto(`${suite.server.url}/health`);
  await leave(page);
  await page.getByRole('link', { name: /Cancel/ }).click();
  await page.getByText('The issuer has let nobody in: access_denied.').waitFor();
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByPlaceholder('Enter any login').waitFor();
  expect(page.url()).toMatch(issuer().url);
});

browserTest('while the issuer does not answer, the page says so', async () => {
  const { page } = await suite.openPage();
  await page.goto(`${suite.server.url}/health`);
  await isAsked(page);
  // Its configuration is known for a minute.
  await suite.server.kill();
  await suite.server.start();
  await page.reload();
  issuer().setAnswering(false);
  await leave(page);
  await page.getByText('The issuer does not answer. Try again later.').waitFor();
  issuer().setAnswering(true);
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByPlaceholder('Enter any login').waitFor();
});
