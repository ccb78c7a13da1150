import { afterAll, expect } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { secretDigest } from '../../../src/kernel/encoding.ts';
import { askUntil } from '../../support/ask-until.ts';
import { executeUntil, signIn } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { sendStory, story } from '../../support/console-story.ts';
import { useConsole } from '../../support/console-suite.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const [operator, annas] = ['a-token-of-an-operator', 'a-token-of-anna'];
const folder = makeTemporaryFolder();
const accessFile = path.join(folder.path, 'access.json');
const giveAccess = (...tokens: readonly string[]) =>
  writeFileSync(
    accessFile,
    JSON.stringify({ tokens: tokens.map((token) => ({ name: 'anna', role: 'viewer', sha256: secretDigest(token) })) }),
  );

const suite = useConsole('sign-in', async () => {
  giveAccess(annas);
  const server = await startConsoleServer({ API_TOKENS: `operator=${operator}`, ACCESS_FILE: accessFile });
  await sendStory(server.url, { apiToken: operator });
  return server;
});
afterAll(() => folder.remove());
const { browserTest } = suite;
const [, broken] = story.flapping;
const isAsked = (page: Page) => page.getByRole('heading', { name: 'Sign in' }).waitFor();
const isLive = (page: Page) => page.getByRole('heading', { name: '2 live' }).waitFor();

browserTest('whoever signs in to open a shared link is in every tab, and out of every tab', async () => {
  const { page, complaints } = await suite.openPage();
  const other = await page.context().newPage();
  await other.goto(suite.server.url);
  await isAsked(other);
  await page.goto(`${suite.server.url}/sessions/${broken.sequence}`);
  await signIn(page, annas);
  await page.getByRole('heading', { level: 1, name: /^Ended/ }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/sessions/${broken.sequence}`);
  await isLive(other);
  const third = await page.context().newPage();
  await third.goto(suite.server.url);
  await isLive(third);
  await other.getByRole('button', { name: 'Sign out' }).click();
  for (const one of [page, other, third]) await isAsked(one);
  expect(await page.context().cookies()).toEqual([]);
  expect(complaints).toEqual([]);
});

browserTest('a session goes on when the service is started again, and lists are saved in it', async () => {
  const { page } = await suite.openView('/relays', operator);
  await page.getByRole('heading', { level: 1, name: 'Relays' }).waitFor();
  await suite.server.kill();
  await suite.server.start();
  await page.reload();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'As CSV' }).first().click(),
  ]);
  expect([saved.suggestedFilename(), await saved.failure()]).toEqual(['relayTasks.csv', null]);
});

browserTest(
  'whose token is withdrawn is asked again, and told why; the session goes on once the token is back',
  async () => {
    const { page } = await suite.openView('/', annas);
    await isLive(page);
    giveAccess('another-token');
    await page.getByText('The token that you signed in with is no longer valid').waitFor();
    giveAccess(annas);
    const isTaken = () =>
      suite.server.ask('{ viewer { role } }', annas).then(
        () => true,
        () => false,
      );
    await askUntil(isTaken, Boolean);
    await page.reload();
    await isLive(page);
  },
);

browserTest('GraphiQL asks in the session of the console', async () => {
  const { page } = await suite.openView('/', annas);
  await isLive(page);
  await page.goto(`${suite.server.url}/graphiql`);
  await executeUntil(page, '"data"');
});
