import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fitsItsWidth, goWithin } from '../../../support/browser.ts';
import { startConsoleServer } from '../../../support/console-server.ts';
import { useConsole } from '../../../support/console-suite.ts';
import { sendStory, story } from '../../../support/console-story.ts';

const suite = useConsole('the languages', async () => {
  const server = await startConsoleServer();
  await sendStory(server.url);
  return server;
});
const { browserTest, openView } = suite;

/** Each view, with what is there once it is complete. */
const views = [
  ['/', '.live-table tbody tr:not(.spacer)'],
  ['/search?q=studio', '.sessions-table tbody tr'],
  ['/streams/studio-a?domain=push.example.com&path=live', '.day-strip .bar'],
  [`/sessions/${story.flapping[1].sequence}`, '.timeline li'],
  ['/relays', '.tasks-table tbody tr'],
  [`/tasks/${story.taskId}`, '.lanes svg'],
  ['/endings', '.endings-table tbody tr'],
  ['/endings?shows=refused', '.notice'],
  ['/health', '#quarantine'],
  ['/set-up', '#at-css'],
] as const;

/** Why the second push of the story ended, and what its time is called; numbers and times are those of the language too. */
const languages = {
  'zh-CN': ['长时间没有收到数据。', '经过'],
  'ja-JP': ['長い間データが届きませんでした。', '経過'],
  'ko-KR': ['오랫동안 데이터가 도착하지 않았습니다.', '있었던 일'],
  'id-ID': ['Tidak ada data yang tiba dalam waktu lama.', 'Yang terjadi'],
} as const;

const sizes = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
];

for (const [locale, [cause, timeline]] of Object.entries(languages)) {
  browserTest(
    `${locale}: no view has a word that is wider than its place, on a laptop and a narrow phone`,
    async () => {
      const { page, complaints } = await openView('/relays', null, { locale });
      await page.getByRole('heading').first().waitFor();
      for (const [number, [view, shown]] of views.entries()) {
        await goWithin(page, view);
        // The size of the view before comes first: each change lays all out anew.
        for (const size of number % 2 === 0 ? sizes : sizes.toReversed()) {
          await page.setViewportSize(size);
          await page.locator(shown).first().waitFor();
          expect([view, size.width, await tooWide(page), await fitsItsWidth(page)]).toEqual([
            view,
            size.width,
            [],
            true,
          ]);
        }
      }
      await goWithin(page, views[3][0]);
      await page.getByRole('heading', { level: 1, name: cause }).waitFor();
      await page.getByRole('heading', { level: 2, name: timeline, exact: true }).waitFor();
      expect(complaints).toEqual([]);
    },
  );
}

/** What is wider than the element that it is in, but for what scrolls or is cut on purpose. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
    .filter((element) => {
      const { overflowX, display } = getComputedStyle(element);
      return overflowX === 'visible' && display !== 'inline';
    })
    .map(({ tagName, className, textContent }) => [tagName, className, textContent.slice(0, 60)].join(' '))`);
}
