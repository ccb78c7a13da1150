import { expect } from '@jest/globals';
import { askUntil } from '../../../support/ask-until.ts';
import { fitsItsWidth, goWithin, showAs, untilCount } from '../../../support/browser.ts';
import { startConsoleServer } from '../../../support/console-server.ts';
import { useConsole } from '../../../support/console-suite.ts';
import { sendPushes, sendStory, story } from '../../../support/console-story.ts';

/** Names as pushers choose them: very long, from right to left, and encoded. */
const names = ['n'.repeat(500), 'بث مباشر 1', '%E7%9B%B4%E6%92%AD', 'a b/c+d&e'];
const many = Array.from({ length: 60 }, (_, number) => ({
  sequence: `75${String(number).padStart(17, '0')}`,
  streamId: names[number] ?? `many-${number}`,
  beganMinutesAgo: 400 + number,
  ended: { minutesAgo: 300, code: 1 },
}));

const suite = useConsole('views as pages', async () => {
  const server = await startConsoleServer();
  await sendStory(server.url);
  await sendPushes(server.url, many);
  return server;
});
const { browserTest, openView, showView } = suite;

browserTest('a view has a title of its own, and its heading gets the focus; typing keeps it', async () => {
  const { page, complaints } = await showView('/relays');
  await page.getByRole('heading', { level: 1, name: 'Relays' }).waitFor();
  const title = () => page.evaluate<string>('document.title');
  const until = (text: string) => askUntil(title, (shown) => shown === text);
  await until('Relays – Live Ledger');
  await page.getByRole('link', { name: story.taskId }).click();
  await askUntil(title, (shown) => shown.startsWith(`${story.taskId} – Running since`));
  const focused = () => page.evaluate<string>('document.activeElement.tagName');
  await askUntil(focused, (tag) => tag === 'H1');
  await page.keyboard.press('/');
  await page.keyboard.type('studio');
  await until('Results for “studio” – Live Ledger');
  expect([await focused(), complaints]).toEqual(['INPUT', []]);
});

browserTest('“back” shows a view as it was scrolled; another begins at its top', async () => {
  const { page } = await showView('/search?q=push.example.com');
  const rows = page.locator('.sessions-table tbody tr');
  await rows.nth(50).scrollIntoViewIfNeeded();
  const scrolledTo = () => page.evaluate<number>('document.querySelector("#content").scrollTop');
  const before = await scrolledTo();
  expect(before).toBeGreaterThan(500);
  await rows.nth(50).getByRole('link').click();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  expect(await scrolledTo()).toBe(0);
  await page.goBack();
  await askUntil(scrolledTo, (top) => top === before);
  await page.goForward();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
});

browserTest('on paper a view is whole', async () => {
  const { page } = await openView('/search?q=push.example.com');
  await untilCount(page.locator('.sessions-table tbody tr'), 66);
  await page.emulateMedia({ media: 'print' });
  const heights = await page.evaluate<[number, number]>(`(() => {
    const content = document.querySelector('#content');
    return [content.clientHeight, content.scrollHeight];
  })()`);
  expect(heights[0]).toBe(heights[1]);
  expect(heights[0]).toBeGreaterThan(2_000);
  expect(await page.locator('.rail').isVisible()).toBe(false);
  const pages = (await page.pdf()).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(1);
});

browserTest('names of any length and direction keep to their place, on a small laptop and a phone', async () => {
  const { page } = await showView('/search?q=push.example.com');
  await untilCount(page.locator('.sessions-table tbody tr'), 66);
  for (const size of [
    { width: 1024, height: 720 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    const widest = await page.evaluate<number>(
      `Math.max(...[...document.querySelectorAll('.name')].map((name) => name.getBoundingClientRect().width))`,
    );
    expect([await fitsItsWidth(page), widest < size.width]).toEqual([true, true]);
  }
  const [long = '', arabic = ''] = names;
  const shown = page.locator('.sessions-table bdi', { hasText: long });
  expect(await shown.getAttribute('title')).toBe(long);
  await page.locator('.sessions-table').getByText(arabic, { exact: true }).waitFor();
  for (const name of names) {
    await goWithin(page, `/streams/${encodeURIComponent(name)}?domain=push.example.com&path=live`);
    await page.getByRole('heading', { name: 'The last 24 hours' }).waitFor();
    expect([name.slice(0, 20), await fitsItsWidth(page)]).toEqual([name.slice(0, 20), true]);
  }
});

browserTest('a phone has one row above a view, and the rest below it', async () => {
  const { page } = await showView('/endings');
  await showAs(page, 'on a phone');
  const box = await page.locator('.top-bar').boundingBox();
  expect(box?.height).toBeLessThan(64);
  await page.locator('.phone-footer').getByLabel('Time zone').selectOption('Asia/Shanghai');
  await page.getByText('Days of Asia/Shanghai.').waitFor();
});

browserTest('on paper Live has all its rows', async () => {
  const live = Array.from({ length: 150 }, (_, number) => ({
    sequence: `76${String(number).padStart(17, '0')}`,
    streamId: `on-paper-${number}`,
    beganMinutesAgo: 10,
    ended: null,
  }));
  await sendPushes(suite.server.url, live);
  const { page } = await openView('/?group=none');
  await page.getByRole('heading', { level: 1, name: '152 live' }).waitFor();
  const rows = page.locator('.live-table tbody tr:not(.spacer)');
  expect(await rows.count()).toBeLessThan(100);
  await page.emulateMedia({ media: 'print' });
  await untilCount(rows, 152);
  const pages = (await page.pdf()).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(3);
  await page.emulateMedia({ media: 'screen' });
  await rows.first().waitFor();
  expect(await rows.count()).toBeLessThan(100);
});
