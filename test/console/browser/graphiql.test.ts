import { afterAll, beforeAll, expect } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { askUntil } from '../../support/ask-until.ts';
import { hasBrowser, openBrowser, openPage } from '../../support/browser.ts';
import { startConsoleServer, type ConsoleServer } from '../../support/console-server.ts';
import { testWith } from '../../support/test-with.ts';

const browserTest = testWith('chromium, for GraphiQL', hasBrowser);

const folder = new URL('../../../console/src/graphiql/examples/', import.meta.url);
const names = readdirSync(folder)
  .sort()
  .map((file) => /^(?:query|subscription) (\w+)/m.exec(readFileSync(new URL(file, folder), 'utf8'))?.[1] ?? file);

let browser: Browser;
let server: ConsoleServer;
beforeAll(async () => {
  if (!hasBrowser) return;
  [browser, server] = await Promise.all([openBrowser(), startConsoleServer()]);
  await server.simulate('--sessions', '20', '--tasks', '4');
});
afterAll(async () => {
  if (!hasBrowser) return;
  await browser.close();
  await server.close();
});

browserTest('GraphiQL runs each of its ten examples, and its policy refuses nothing that it needs', async () => {
  const { page, complaints } = await openPage(browser, { viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.url}/graphiql`);
  const answer = page.locator('.result-window');
  const execute = page.getByRole('button', { name: /Execute query/ });
  const open = async (name: string) => {
    await page.getByRole('tab', { name }).click();
    await page.locator('.graphiql-query-editor').getByText(name).first().waitFor();
  };
  const run = async () => {
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await execute.click();
    return (await (await answered).json()) as { data?: unknown; errors?: unknown };
  };
  expect(names).toHaveLength(10);
  for (const name of names.slice(0, -1)) {
    await open(name);
    // GraphiQL reads the name of the operation a moment after it shows another tab; until then it sends the one before.
    expect(await askUntil(run, ({ errors }) => errors === undefined)).toEqual({ data: expect.any(Object) });
  }
  // The tenth is a subscription: what happens next is shown.
  await open(names.at(-1) ?? '');
  await askUntil(
    async () => {
      await execute.click();
      return answer.textContent();
    },
    (text) => text?.includes('BAD_REQUEST') === false,
  );
  await page.getByRole('button', { name: /Stop query/ }).waitFor();
  await server.simulate('--sessions', '5', '--tasks', '0', '--seed', 'more');
  await answer.getByText('"streamSessionChanged"').waitFor();
  expect(complaints).toEqual([]);
});
