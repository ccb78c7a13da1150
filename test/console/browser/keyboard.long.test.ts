import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { askUntil } from '../../support/ask-until.ts';
import { seriousFindings, signIn } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendStory, story } from '../../support/console-story.ts';

const operator = 'a-token-of-an-operator';

/** Presses of Tab from one end of a page to the other; a page of this test has fewer than half as many stops. */
const pressesMax = 120;

const suite = useConsole('the keyboard', async () => {
  const server = await startConsoleServer({ API_TOKENS: `operator:anna=${operator}` });
  await sendStory(server.url, { apiToken: operator });
  return server;
});
const { browserTest, openView } = suite;

/** Presses Tab until a button with this name has the focus; it must be seen to have it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < pressesMax; press += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<{ text: string; outline: string }>(`(() => {
      const { activeElement } = document;
      return { text: activeElement.textContent.trim(), outline: getComputedStyle(activeElement).outlineStyle };
    })()`);
    if (focused.text !== name) continue;
    expect(focused.outline).not.toBe('none');
    return;
  }
  throw new Error(`Tab never came to “${name}”.`);
}

/** Resolves once what is typed goes into the field with this label. */
const hasFocus = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).and(page.locator(':focus')).waitFor();

browserTest('a session is found, opened, noted and the note withdrawn without a pointer', async () => {
  const { page, complaints } = await suite.openPage();
  const { keyboard } = page;
  await page.goto(suite.server.url);
  await hasFocus(page, 'Token');
  await keyboard.type(operator);
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: '2 live' }).waitFor();

  await keyboard.press('/');
  await keyboard.type('studio-a');
  await page.getByRole('heading', { name: 'Results for “studio-a”' }).waitFor();
  await page.getByRole('link', { name: 'studio-a' }).first().waitFor();
  await keyboard.press('Escape');
  await keyboard.press('j');
  await keyboard.press('Enter');
  await page.waitForURL('**/streams/studio-a?*');
  await page.locator('.sessions-table [data-row]').nth(3).waitFor();
  for (let row = 0; row < 3; row += 1) await keyboard.press('j');
  await keyboard.press('k');
  await keyboard.press('Enter');
  await page.waitForURL(`**/sessions/${story.flapping[2].sequence}?*`);

  await page.getByRole('button', { name: 'Add a note …' }).waitFor();
  await tabTo(page, 'Add a note …');
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // The focus is where it was.
  await keyboard.press('Enter');
  await hasFocus(page, 'Note');
  await keyboard.type('The venue had no power. g l?');
  await tabTo(page, 'Add the note');
  await keyboard.press('Enter');
  const note = page.getByRole('listitem').filter({ hasText: 'The venue had no power. g l?' });
  await note.waitFor();

  await tabTo(page, 'Withdraw …');
  await keyboard.press('Enter');
  await hasFocus(page, 'Reason');
  await keyboard.type('It was another venue.');
  await tabTo(page, 'Withdraw');
  await keyboard.press('Enter');
  await note.getByText('It was another venue.').waitFor();
  await note.getByText('Withdrawn').waitFor();
  expect(complaints).toEqual([]);
});

browserTest('the keys are shown by ?, and reach every view', async () => {
  const { page, complaints } = await openView('/health', null, { colorScheme: 'dark' });
  expect(await seriousFindings(page)).toEqual([]);
  await signIn(page, operator);
  await page.getByRole('heading', { name: 'Quarantine' }).waitFor();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  for (const [key, view] of [
    ['s', '/search'],
    ['r', '/relays'],
    ['e', '/endings'],
    ['h', '/health'],
    ['l', '/'],
  ] as const) {
    // The second key counts only soon after the first, by the clock of the page.
    await askUntil(
      async () => {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        return new URL(page.url()).pathname;
      },
      (shown) => shown === view,
    );
  }
  expect(complaints).toEqual([]);
});
