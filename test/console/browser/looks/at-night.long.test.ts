import { expect } from '@jest/globals';
import { executeUntil, fitsItsWidth, goWithin, looks, seriousFindings, showAs } from '../../../support/browser.ts';
import { startConsoleServer } from '../../../support/console-server.ts';
import { useConsole } from '../../../support/console-suite.ts';
import { sendStory, story } from '../../../support/console-story.ts';

const darkPhone = looks['dark, on a phone'];

const startServer = async () => {
  const server = await startConsoleServer();
  await sendStory(server.url);
  return server;
};
const suite = useConsole('a phone at night, and what is not there', startServer, null, darkPhone);
const { browserTest, openView, showView } = suite;

const absent = [
  ['/search?q=no-such-stream', 'Nothing found for “no-such-stream”', 'Names match from their beginning'],
  ['/streams/none?domain=push.example.com', 'No push of this stream was recorded', 'it must match exactly'],
  ['/sessions/7999999999999999999', 'No callback with this sequence was recorded', 'Check the digits'],
  ['/tasks/none', 'No callback mentions a task with this id', 'Check the id'],
  ['/no-such-page', 'Page not found', 'Search for a stream'],
] as const;

browserTest(
  'what is not there is said, with what to do next, and axe finds nothing serious: light; dark, on a phone',
  async () => {
    const { page, complaints } = await showView('/relays');
    for (const look of ['dark, on a phone', 'light'] as const) {
      await showAs(page, look);
      for (const [view, title, advice] of absent) {
        await goWithin(page, view);
        await page.getByRole('heading', { name: title }).waitFor();
        await page.getByText(advice).waitFor();
        expect([look, view, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, view, [], true]);
      }
    }
    expect(complaints).toEqual([]);
  },
);

browserTest('on a phone, each push of a stream has when it ended and why in words', async () => {
  const { page } = await showView('/streams/studio-a?domain=push.example.com&path=live');
  const rows = page.locator('.sessions-table tbody tr');
  await rows.nth(1).getByText('No data arrived for a long time. (code 8)').waitFor();
  expect(await rows.nth(1).locator('time:visible').count()).toBe(2);
  await rows.nth(0).locator('td:last-child').getByText('Live').waitFor();
  expect(await fitsItsWidth(page)).toBe(true);
});

browserTest('a file that a relay task loops is a block for each play, and each is in a table', async () => {
  const { page, complaints } = await showView(`/tasks/${story.taskId}`);
  await page.getByText('5 plays, as a table').click();
  const lanes = page.locator('.lanes li');
  expect([await lanes.nth(0).locator('.file').count(), await lanes.nth(1).locator('.file').count()]).toEqual([1, 4]);
  const rows = page.getByRole('group', { name: 'Plays of files' }).getByRole('row');
  expect((await rows.allTextContents()).map((row) => /(intro|show)\.mp4/.exec(row)?.[0])).toEqual([
    undefined,
    ...['intro.mp4', 'show.mp4', 'intro.mp4', 'show.mp4', 'intro.mp4'],
  ]);
  expect(await rows.last().textContent()).toContain('25 min');
  expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
  expect(complaints).toEqual([]);
});

browserTest('GraphiQL answers on a phone, with the query and the answer in the window', async () => {
  const { page, complaints } = await openView('/graphiql', null, darkPhone);
  await page.locator('.graphiql-query-editor').getByText('LiveNow').first().waitFor();
  await executeUntil(page, '"totalCount"');
  expect(await fitsItsWidth(page)).toBe(true);
  for (const part of [page.locator('.result-window'), page.locator('.graphiql-query-editor')]) {
    const box = await part.boundingBox();
    expect(box?.width).toBeGreaterThan(200);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  }
  expect(complaints).toEqual([]);
});
