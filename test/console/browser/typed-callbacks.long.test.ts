import { expect } from '@jest/globals';
import { projectionCaughtUp } from '../../support/ask-ledger.ts';
import { fitsItsWidth, seriousFindings } from '../../support/browser.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { typedBodies } from '../../support/typed-bodies.ts';

const [viewer, operator] = ['a-token-of-a-viewer', 'a-token-of-an-operator'];
const second = 1_600_000_000;
const names = { appid: 1, domain: 'a.example', path: 'live', streamId: 's', sequence: '6674468118806626493' };
const view = `/sessions/${names.sequence}`;

/** A push of another stream. */
const quiet = '6674468118806626494';

const suite = useConsole(
  'what CSS reports of a stream',
  async () => {
    const server = await startConsoleServer({ API_TOKENS: `viewer=${viewer},operator=${operator}` });
    const { appid, domain, path, streamId, sequence } = names;
    const push = pushBody({
      appid,
      app: domain,
      appname: path,
      stream_id: streamId,
      sequence,
      event_time: second - 60,
    });
    const other = pushBody({
      appid,
      app: domain,
      appname: path,
      stream_id: 'quiet',
      sequence: quiet,
      event_time: second,
    });
    for (const body of [push, other, ...Object.values(typedBodies(names, second))]) {
      const { status } = await fetch(`${server.url}/callbacks/css`, { method: 'POST', body: JSON.stringify(body) });
      if (status !== 200) throw new Error(`A callback was answered ${status}.`);
    }
    await projectionCaughtUp(server.url, operator);
    return server;
  },
  viewer,
);
const { browserTest, openView, showView } = suite;

/** What the timeline says of each type, in the order of their times. */
const sentences = [
  'This push began',
  'recording: A recording of 28 s was saved as MP4. probably',
  'screenshot: A screenshot was saved. probably',
  'sound audit: An audit found something in the sound: Ad (Contact). possibly',
  'image audit: An audit found something in the picture: Porn (Sexy). probably',
  'push error: Error in what was pushed, 4 times: The timestamps of the video jumped by more than 1,000 ms. And 1 more type.',
  'monitoring: Monitoring noticed something: TimestampFallback. probably',
  'recording status: A recording failed. CSS gives no reason. probably',
  'recording problem: Something was wrong in a recording: Audio and video were out of step. probably',
  'quality: The quality was not good: Blur (QualityControl)',
  'quality: The quality was measured: VMAF (Assessment)',
  'subtitles: Subtitles were made. probably',
  'erased words: Words were erased from the sound. probably',
  'summary: A summary was written: A title. probably',
  'highlight: A highlight was cut. probably',
];

browserTest('one callback of each type is a line of the timeline, in a sentence, with how sure it is', async () => {
  const { page, complaints } = await showView(view);
  const lines = page.locator('.timeline li > div');
  await lines.getByText('A highlight was cut.').waitFor();
  const shown = (await lines.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  expect(shown.length).toBe(sentences.length);
  for (const [number, sentence] of sentences.entries()) expect(shown[number]).toContain(sentence);
  expect(complaints).toEqual([]);
});

browserTest('a keyboard opens why something is only probable or possible, and what else may be true', async () => {
  const { page } = await showView(view);
  const line = page.locator('.timeline li').filter({ hasText: 'An audit found something in the sound' });
  const meaning = line.getByText('It may be of an earlier push of the stream, if it came late.');
  await line.getByRole('button', { name: 'possibly' }).waitFor();
  expect(await meaning.isVisible()).toBe(false);
  await line.getByRole('button', { name: 'possibly' }).press('Enter');
  await meaning.waitFor();
  expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
});

browserTest('errors, recordings, screenshots and findings are sections of their own; failures are marked', async () => {
  const { page, complaints } = await showView(view);
  const rowsOf = async (section: string) => {
    const rows = page.getByRole('region', { name: section, exact: true }).locator('tbody tr');
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  };
  expect(await rowsOf('Health')).toEqual([
    expect.stringMatching(/^The timestamps of the video jumped by more than 1,000 ms. \(type 3\) 4 .*2020/),
    expect.stringMatching(/^something new \(type 99\) 1 /),
  ]);
  const [problem, failure, file] = await rowsOf('Recordings');
  expect(problem).toContain('Warning: Something was wrong in a recording: Audio and video were out of step. × 3');
  expect(failure).toContain('Failure: A recording failed. CSS gives no reason.');
  expect(file).toContain('A file was saved (MP4, 1920x1080, 9.7 MB)');
  expect(file).toContain('28 s');
  expect((await rowsOf('Screenshots'))[0]).toContain('640 × 352');
  const found = await rowsOf('Found in the content');
  expect(found.some((row) => row.includes('image audit Review · Porn, Sexy · “text” probably 88'))).toBe(true);
  // A viewer reads addresses without what opens them.
  expect(await page.getByRole('link', { name: 'Open' }).count()).toBe(0);
  for (const [width, height] of [
    [390, 844],
    [1024, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    expect([width, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([width, [], true]);
  }
  expect(complaints).toEqual([]);
});

browserTest('operators open the files that CSS saved', async () => {
  const { page } = await openView(view, operator);
  const links = page.getByRole('region', { name: 'Recordings', exact: true }).getByRole('link', { name: 'Open' });
  await links.first().waitFor();
  expect(await links.first().getAttribute('href')).toContain('//user:secret@vod.example.com/a.mp4?token=secret');
});

browserTest('a push of which nothing is reported has no such sections', async () => {
  const { page } = await openView(`/sessions/${quiet}`);
  await page.getByRole('heading', { level: 2, name: 'What happened' }).waitFor();
  await page.locator('.timeline li').first().waitFor();
  expect(await page.getByRole('heading', { level: 2 }).allTextContents()).not.toContain('Health');
});
