import { expect } from '@jest/globals';
import { projectionCaughtUp } from '../../support/ask-ledger.ts';
import { fitsItsWidth, seriousFindings, untilCount } from '../../support/browser.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { typedBodies } from '../../support/typed-bodies.ts';

const [viewer, operator] = ['a-token-of-a-viewer', 'a-token-of-an-operator'];
const second = 1_600_000_000;
const names = { appid: 1, domain: 'a.example', path: 'live', streamId: 's', sequence: '6674468118806626493' };
const view = `/sessions/${names.sequence}`;

/** A push of another stream. */
const quiet = '6674468118806626494';

const inDomain = { appid: names.appid, app: names.domain, appname: names.path };

function pushOf({ sequence, streamId }: { readonly sequence: string; readonly streamId: string }) {
  return pushBody({ ...inDomain, stream_id: streamId, sequence, event_time: second - 60 });
}

async function send(url: string, bodies: readonly Record<string, unknown>[]): Promise<void> {
  for (const body of bodies) {
    const { status } = await fetch(`${url}/callbacks/css`, { method: 'POST', body: JSON.stringify(body) });
    if (status !== 200) throw new Error(`A callback was answered ${status}.`);
  }
  await projectionCaughtUp(url, operator);
}

const suite = useConsole(
  'what CSS reports of a stream',
  async () => {
    const server = await startConsoleServer({ API_TOKENS: `analyst=${viewer},admin=${operator}` });
    await send(server.url, [pushOf(names), pushOf({ sequence: quiet, streamId: 'quiet' })]);
    await send(server.url, Object.values(typedBodies(names, second)));
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
    const rows = page.getByRole('group', { name: section, exact: true }).locator('tbody tr');
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

browserTest('admins open the files that CSS saved', async () => {
  const { page } = await openView(view, operator);
  const links = page.getByRole('group', { name: 'Recordings', exact: true }).getByRole('link', { name: 'Open' });
  await links.first().waitFor();
  expect(await links.first().getAttribute('href')).toContain('//user:secret@vod.example.com/a.mp4?token=secret');
});

browserTest('a push of which nothing is reported has no such sections', async () => {
  const { page } = await openView(`/sessions/${quiet}`);
  await page.getByRole('heading', { level: 2, name: 'What happened' }).waitFor();
  await page.locator('.timeline li').first().waitFor();
  expect(await page.getByRole('heading', { level: 2 }).allTextContents()).not.toContain('Health');
});

browserTest(
  'the next page of a timeline goes on where the page ended, also after a callback without a time',
  async () => {
    const many = { ...names, sequence: '6674468118806626495', streamId: 'many' };
    const { screenshot, audioAudit } = typedBodies(many, second);
    const screenshots = Array.from({ length: 203 }, (_, number) => ({ ...screenshot, create_time: second + number }));
    // The last entry of the first page, which has 200, and which begins with the push: it counts by what arrived before it.
    await send(suite.server.url, [pushOf(many), ...screenshots.slice(0, 198), { ...audioAudit }]);
    await send(suite.server.url, screenshots.slice(198));
    const { page } = await openView(`/sessions/${many.sequence}`);
    const lines = page.locator('.timeline li');
    await untilCount(lines, 200);
    await lines.last().getByText('An audit found something in the sound').waitFor();
    await page
      .locator('section', { has: page.locator('.timeline') })
      .getByRole('button', { name: 'More' })
      .click();
    await untilCount(lines, 205);
    // A list beside it begins with a few, and has no more than the API answers.
    const shown = page.locator('section', { has: page.getByRole('heading', { name: 'Screenshots' }) });
    await shown.getByText('Only the newest 100 are shown.').waitFor();
    await untilCount(shown.locator('tbody tr'), 10);
    await shown.getByRole('button', { name: 'More' }).click();
    await untilCount(shown.locator('tbody tr'), 100);
  },
);

browserTest('a takeover is probable: the page says what else may have ended the push', async () => {
  const of = { ...inDomain, stream_id: 'taken-over' };
  const [first, next] = ['6674468118806626496', '6674468118806626497'];
  await send(suite.server.url, [
    pushBody({ ...of, sequence: first, event_time: second }),
    interruptionBody({ ...of, sequence: first, event_time: second + 60, errcode: 21 }),
    pushBody({ ...of, sequence: next, event_time: second + 61 }),
  ]);
  const { page, complaints } = await openView(`/sessions/${first}`);
  const headline = page.getByRole('heading', { level: 1, name: /A newer push of the same stream replaced this one/ });
  await headline.getByRole('button', { name: 'probably' }).waitFor();
  await page.getByText(/^Or else: It was ended by API or in the console/).waitFor();
  expect([await seriousFindings(page), await fitsItsWidth(page), complaints]).toEqual([[], true, []]);
});

browserTest('the facts of a push have its size, and where it arrived', async () => {
  const sequence = '6674468118806626498';
  const media = { width: 1920, height: 1080, set_id: 2, idc_id: 31 };
  await send(suite.server.url, [pushBody({ ...inDomain, ...media, stream_id: 'sized', sequence, event_time: second })]);
  const { page } = await openView(`/sessions/${sequence}`);
  const facts = page.locator('.facts > div');
  await facts.filter({ hasText: /^Size\s*1920 × 1080$/ }).waitFor();
  await facts.filter({ hasText: /^Region\s*mainland China$/ }).waitFor();
  await facts.filter({ hasText: /^Data centre.*31$/ }).waitFor();
});
