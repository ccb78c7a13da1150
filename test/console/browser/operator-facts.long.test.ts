import { expect } from '@jest/globals';
import { fitsItsWidth, seriousFindings } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendStory, story } from '../../support/console-story.ts';

const [viewer, operator] = ['a-token-of-a-viewer', 'a-token-of-an-operator'];
const live = story.flapping[3];

const suite = useConsole('what operators state', async () => {
  const server = await startConsoleServer({ API_TOKENS: `viewer=${viewer},operator:anna=${operator}` });
  await sendStory(server.url, { apiToken: operator });
  return server;
});
const { browserTest, openView } = suite;

browserTest('a push is closed by hand, which says what it does, and is taken back; who and why stay', async () => {
  const { page, complaints } = await openView(`/sessions/${live.sequence}`, operator);
  await page.getByRole('heading', { level: 1, name: /^Live since/ }).waitFor();
  await page.getByRole('button', { name: 'Close by hand …' }).click();
  await page.getByText('CSS is not told').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  expect(await page.getByRole('button', { name: 'Close the push' }).isDisabled()).toBe(true);
  await page.getByLabel('How do you know that it has ended?').fill('Seen off at the venue.');
  // Seconds that are not 0: Chromium would leave them out, and `fill` take that for a malformed value.
  const aMinuteAgo = new Date(Date.now() - 60_000).toISOString().slice(0, 17);
  await page.getByLabel(/^When it ended/).fill(`${aMinuteAgo}01`);
  await page.getByRole('button', { name: 'Close the push' }).click();
  await page.getByRole('heading', { level: 1, name: /^Closed by hand .* by anna\./ }).waitFor();
  await page.getByText('Closed by an operator', { exact: true }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Seen off at the venue.' }).waitFor();
  expect(
    await suite.server.ask('{ streamSessions(filter: { state: { eq: CLOSED } }) { nodes { sequence } } }'),
  ).toEqual({
    streamSessions: { nodes: [{ sequence: live.sequence }] },
  });

  await page.getByRole('button', { name: 'Withdraw …' }).click();
  await page.getByText('The push returns to its previous state').waitFor();
  await page.getByLabel('Reason').fill('It was the other encoder.');
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: /^Live since/ }).waitFor();
  const said = page.getByRole('listitem').filter({ hasText: 'Seen off at the venue.' });
  await said.getByText('Withdrawn').waitFor();
  await said.getByText('It was the other encoder.').waitFor();
  expect(complaints).toEqual([]);
});

browserTest('a note on a relay task is read by viewers, who may state nothing', async () => {
  const { page } = await openView(`/tasks/${story.taskId}`, operator, { colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Add a note …' }).click();
  await page.getByLabel('Note', { exact: true }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByLabel('Note', { exact: true }).fill('Restarted by hand.\nThe source had moved.');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await page.getByRole('listitem').filter({ hasText: 'The source had moved.' }).waitFor();

  const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
  const viewers = await openView('/set-up', viewer, phone);
  await viewers.page.getByText('Only operators can do this').waitFor();
  await viewers.page.evaluate(`history.pushState(null, '', '/tasks/${story.taskId}')`);
  await viewers.page.getByRole('listitem').filter({ hasText: 'The source had moved.' }).waitFor();
  expect(await viewers.page.getByRole('button', { name: /…$/ }).count()).toBe(0);
  expect([await seriousFindings(viewers.page), await fitsItsWidth(viewers.page)]).toEqual([[], true]);
});
