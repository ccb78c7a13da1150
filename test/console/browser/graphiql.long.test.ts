import { expect } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { askUntil } from '../../support/ask-until.ts';
import { executeUntil, seriousFindings } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';

const folder = new URL('../../../console/src/graphiql/examples/', import.meta.url);
const names = readdirSync(folder)
  .sort()
  .map((file) => /^(?:query|subscription) (\w+)/m.exec(readFileSync(new URL(file, folder), 'utf8'))?.[1] ?? file);

/** What axe finds in GraphiQL itself: its editors have no labels and no focus of their own, its tabs have buttons in them. */
const findingsOfGraphiql = ['label', 'nested-interactive', 'scrollable-region-focusable'];

const suite = useConsole('GraphiQL', async () => {
  const server = await startConsoleServer();
  await server.simulate('--sessions', '20', '--tasks', '4');
  return server;
});
const { browserTest, openView } = suite;

browserTest('GraphiQL runs each of its ten examples, and its policy refuses nothing that it needs', async () => {
  const { page, complaints } = await openView('/graphiql', null, { viewport: { width: 1280, height: 800 } });
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
  // The tenth is a subscription: it shows what happens next. What an early click sent under the name before ends by itself.
  await open(names.at(-1) ?? '');
  const stop = page.getByRole('button', { name: /Stop query/ });
  let round = 0;
  const shown = await askUntil(
    async () => {
      if (await stop.isHidden()) await execute.click();
      await suite.server.simulate('--sessions', '5', '--tasks', '0', '--seed', `more-${(round += 1)}`);
      return (await answer.textContent()) ?? '';
    },
    (text) => text.includes('"streamSessionChanged"'),
  );
  expect(shown).toContain('"streamSessionChanged"');
  expect(complaints).toEqual([]);
});

browserTest(
  'axe finds nothing serious in GraphiQL that is not its own, light and dark, and it leads back',
  async () => {
    const { page } = await openView('/graphiql', null, { colorScheme: 'light' });
    await page.locator('.graphiql-query-editor').getByText('LiveNow').first().waitFor();
    await executeUntil(page, '"totalCount"');
    const background = () =>
      page.evaluate<string>('getComputedStyle(document.querySelector(".graphiql-container")).backgroundColor');
    const backgrounds = new Set<string>();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      backgrounds.add(await background());
      const findings = await seriousFindings(page);
      const ours = findings.filter((finding) => !findingsOfGraphiql.includes(finding.split(':', 1)[0] ?? ''));
      expect([colorScheme, ours]).toEqual([colorScheme, []]);
    }
    expect(backgrounds.size).toBe(2);
    await page.getByRole('link', { name: 'Live Ledger' }).click();
    await page.waitForURL(`${suite.server.url}/`);
  },
);
