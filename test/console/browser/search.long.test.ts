import { describe, expect } from '@jest/globals';
import { seriousFindings, untilCount } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes, sendStory, story } from '../../support/console-story.ts';

/** A stream that was off the air for ten minutes, five hours ago; one that a fault ended for good; one whose pusher stopped. */
const gone = [
  { sequence: '7100000000000000001', streamId: 'gap', beganMinutesAgo: 400, ended: { minutesAgo: 305, code: 3 } },
  { sequence: '7100000000000000002', streamId: 'gap', beganMinutesAgo: 295, ended: null },
  { sequence: '7100000000000000003', streamId: 'broken', beganMinutesAgo: 400, ended: { minutesAgo: 310, code: 8 } },
  { sequence: '7100000000000000004', streamId: 'over', beganMinutesAgo: 400, ended: { minutesAgo: 310, code: 1 } },
];

/** When the story happens, in milliseconds. */
let nowMs = 0;

const suite = useConsole('search', async () => {
  const server = await startConsoleServer();
  await sendStory(server.url);
  nowMs = Date.now();
  await sendPushes(server.url, gone);
  return server;
});
const { browserTest, showView } = suite;

const atMinutesAgo = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString().slice(0, 16);
const search = (text: string) => showView(`/search?q=${encodeURIComponent(text)}`);

describe('a time', () => {
  browserTest('finds what was missing then, and what was live', async () => {
    const { page, complaints } = await search(`${atMinutesAgo(300)}Z`);
    const missing = page.locator('.missing-table tbody tr');
    await untilCount(missing, 2);
    const texts = await missing.allInnerTexts();
    expect(texts.map((text) => text.split(/\s/)[0])).toEqual(['gap', 'broken']);
    expect(texts[0]).toContain('10 min');
    expect(texts[1]).toContain('not within 1 h');
    // Only the first push of studio-a went on then.
    await untilCount(page.locator('.sessions-table tbody tr'), 1);
    await missing.getByRole('link', { name: 'gap' }).click();
    await page.waitForURL('**/sessions/7100000000000000001?*');
    expect(complaints).toEqual([]);
  });

  browserTest('with a name finds that stream alone, in any case and any notation', async () => {
    const at = atMinutesAgo(300);
    for (const name of ['GAP', 'rtmp://push.example.com/live/gap', 'push.example.com/live/Gap']) {
      const { page } = await search(`${name} ${at}Z`);
      await page.getByRole('heading', { name: 'Missing at' }).waitFor();
      await untilCount(page.locator('.missing-table tbody tr'), 1);
      await page.getByText('Nothing was live then.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    }
  });

  browserTest('from one to another finds what was pushed meanwhile', async () => {
    const { page } = await search(`${atMinutesAgo(320)}Z – ${atMinutesAgo(300)}Z`);
    await page.getByRole('heading', { name: /^From .* to / }).waitFor();
    await untilCount(page.locator('.sessions-table tbody tr'), 4);
  });
});

browserTest('what means nothing is named, and the rest is searched', async () => {
  const { page } = await search('studio-a 25:10');
  await page.getByText('“25:10” is no time of day.').waitFor();
  await untilCount(page.locator('.sessions-table tbody tr'), story.flapping.length);
});

browserTest('a push URL that is pasted finds its stream, and leaves no secret in the address', async () => {
  const { page } = await showView('/relays');
  const box = page.getByRole('searchbox', { name: 'Search', exact: true });
  await box.fill('rtmp://push.example.com/live/studio-a?txSecret=0123abcd&txTime=699EB4FF');
  await untilCount(page.locator('.sessions-table tbody tr'), story.flapping.length);
  expect(page.url()).not.toContain('0123abcd');
  expect(await box.inputValue()).toContain('0123abcd');
});

browserTest('a file finds the relay tasks that pull it', async () => {
  const { page } = await search('INTRO.mp4');
  await page.locator('.tasks-table').getByRole('link', { name: story.taskId }).waitFor();
});
