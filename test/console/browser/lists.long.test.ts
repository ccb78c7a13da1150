import { describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { askUntil } from '../../support/ask-until.ts';
import { fitsItsWidth, seriousFindings, showAs, untilCount } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { sendPushes, sendStory, story } from '../../support/console-story.ts';

/** Rows of a list until more are asked for: the number is in its query. */
const rowsOfPage = 100;

/** Pushes of more than a page, in no order of their durations: the shortest began neither first nor last. */
const many = Array.from({ length: rowsOfPage + 20 }, (_, number) => ({
  sequence: `72${String(number).padStart(17, '0')}`,
  streamId: `many-${String(number).padStart(3, '0')}`,
  beganMinutesAgo: 300 + number,
  ended: { minutesAgo: 299 - ((number * 37) % 251), code: 1 },
}));

const suite = useConsole('lists', async () => {
  const server = await startConsoleServer();
  await sendStory(server.url);
  await sendPushes(server.url, many);
  return server;
});
const { browserTest, showView } = suite;

const head = (page: Page, name: string) => page.getByRole('columnheader', { name, exact: true });

/** The sequences of the rows, as they are shown. */
function shown(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('.sessions-table .row-link')].map(({ pathname }) => pathname.split('/').at(-1))`,
  );
}

/** The sequences of the rows, in the order of what “As CSV” saves. */
async function saved(page: Page): Promise<string[]> {
  const link = await page.getByRole('link', { name: 'As CSV' }).last().getAttribute('href');
  const [names = '', ...lines] = (await (await fetch(`${suite.server.url}${link}`)).text()).trimEnd().split('\r\n');
  const column = names.split(',').indexOf('sequence');
  return lines.map((line) => line.split(',')[column] ?? '');
}

/** Waits until the rows are those, in this order. */
async function untilShown(page: Page, sequences: readonly string[]): Promise<void> {
  expect(
    await askUntil(
      () => shown(page),
      (rows) => rows.join() === sequences.join(),
    ),
  ).toEqual(sequences);
}

const [longest, long, short, live] = story.flapping.map(({ sequence }) => sequence);

describe('a column that the API can order by', () => {
  browserTest('orders by a click, in reverse by the next one or by a key; the address and the CSV say so', async () => {
    const { page, complaints } = await showView('/search?q=studio-a');
    await untilShown(page, [live, short, long, longest].map(String));
    expect(await head(page, 'Began').getAttribute('aria-sort')).toBe('descending');
    expect(await head(page, 'Why').getByRole('button').count()).toBe(0);
    const before = await page.locator('thead').last().boundingBox();

    await head(page, 'Duration').getByRole('button').click();
    await untilShown(page, [longest, long, short, live].map(String));
    expect(new URL(page.url()).searchParams.get('order')).toBe('-PUSH_DURATION');
    await page.reload();
    await untilShown(page, [longest, long, short, live].map(String));
    expect(await saved(page)).toEqual([longest, long, short, live]);

    const button = head(page, 'Duration').getByRole('button');
    await button.focus();
    await page.keyboard.press('Enter');
    await untilShown(page, [live, short, long, longest].map(String));
    expect(await head(page, 'Duration').getAttribute('aria-sort')).toBe('ascending');
    expect(await head(page, 'Began').getAttribute('aria-sort')).toBeNull();
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Duration');
    expect(await saved(page)).toEqual([live, short, long, longest]);

    await head(page, 'Began').getByRole('button').click();
    await page.waitForURL('**/search?q=studio-a');
    expect(await page.locator('thead').last().boundingBox()).toEqual(before);
    expect(complaints).toEqual([]);
  });

  browserTest('goes on in its order, page after page, as the CSV has it', async () => {
    const { page, complaints } = await showView('/search?q=many-&othersOrder=PUSH_DURATION');
    await page
      .locator('.sessions-table [data-row]')
      .nth(rowsOfPage - 1)
      .waitFor();
    const expected = await saved(page);
    expect(expected).toHaveLength(many.length);
    await untilShown(page, expected.slice(0, rowsOfPage));
    await page.getByRole('button', { name: 'More' }).click();
    await untilShown(page, expected);
    // In reverse it begins anew, with the first page.
    await head(page, 'Duration').getByRole('button').click();
    await untilShown(page, expected.toReversed().slice(0, rowsOfPage));
    expect(complaints).toEqual([]);
  });

  browserTest('does not change what is said of a stream: its newest push does', async () => {
    const { page } = await showView('/streams/studio-a?domain=push.example.com&path=live&order=-PUSH_DURATION');
    await untilShown(page, [longest, long, short, live].map(String));
    await page.getByRole('heading', { level: 1, name: /^Live since/ }).waitFor();
    await untilCount(page.locator('.day-strip .bar'), 4);
  });
});

browserTest(
  'figures by code and by domain are ordered, each list by itself, and streams that flap page after page',
  async () => {
    const { page, complaints } = await showView('/endings');
    const section = (name: string) => page.getByRole('region', { name, exact: true }).first();
    const first = async (name: string) =>
      (await section(name).locator('tbody tr').allTextContents()).map((row) => row.slice(0, 8)).join();
    await askUntil(
      () => first('By code'),
      (shown) => /^1.*,8/.test(shown),
    );
    await section('By code').getByRole('button', { name: 'Interruptions' }).click();
    await askUntil(
      () => first('By code'),
      (shown) => /^8.*,1/.test(shown),
    );
    const link = await section('By code').getByRole('link', { name: 'As CSV' }).getAttribute('href');
    const [, ...codes] = (await (await fetch(`${suite.server.url}${link}`)).text()).trimEnd().split('\r\n');
    expect(codes.map((line) => line.split(',')[0]).filter(Boolean)).toEqual(['8', '1']);
    const sheet = await section('By code').getByRole('link', { name: 'For a spreadsheet' }).getAttribute('href');
    const [head] = (await (await fetch(`${suite.server.url}${sheet}`)).text()).split('\r\n');
    expect(head).toBe('endCode,endSide,ended');
    await section('By domain').getByRole('button', { name: 'Pushed' }).click();
    await page.waitForURL('**/endings?codesOrder=ENDED&domainsOrder=-PUSHED');

    const flapping = section('Streams that flap most');
    await flapping.getByRole('link', { name: 'studio-a' }).waitFor();
    expect(await flapping.getByRole('button', { name: 'More' }).count()).toBe(0);
    await flapping.getByRole('button', { name: 'Reconnects' }).click();
    await flapping.locator('tbody tr').nth(9).waitFor();
    await flapping.getByRole('button', { name: 'More' }).click();
    await flapping.locator('tbody tr').nth(19).waitFor();
    expect(complaints).toEqual([]);
  },
);

browserTest('what is missing is ordered by when it should have come', async () => {
  for (const [streamId, beganMinutesAgo] of [
    ['lost-1', 50],
    ['lost-2', 30],
  ] as const) {
    const lost = { sequence: `7300000000000000${beganMinutesAgo}1`, streamId, beganMinutesAgo, ended: null };
    await sendPushes(suite.server.url, [lost]);
    const next = { ...lost, sequence: `7300000000000000${beganMinutesAgo}2`, beganMinutesAgo: beganMinutesAgo - 5 };
    await sendPushes(suite.server.url, [next]);
  }
  const { page, complaints } = await showView('/health');
  const region = page.getByRole('region', { name: 'Missing callbacks in the last 24 hours' }).last();
  const streams = async () =>
    (await region.getByRole('row').allTextContents()).flatMap((row) => /lost-\d/.exec(row)?.[0] ?? []).join();
  await askUntil(streams, (shown) => shown === 'lost-2,lost-1');
  await region.getByRole('button', { name: 'Due by' }).click();
  await askUntil(streams, (shown) => shown === 'lost-1,lost-2');
  expect(new URL(page.url()).searchParams.get('missingOrder')).toBe('EXPECTED_AT');
  expect(complaints).toEqual([]);
});

browserTest('a search says what its colours mean and in which order its streams are', async () => {
  const { page } = await showView('/search?q=push.example');
  await page.getByText('Live ones first, then those that began last.').waitFor();
  const legend = page.locator('.legend');
  expect(await legend.textContent()).toBe('Livestopped or replacedfault or refusalcause unknown');
  expect(await seriousFindings(page)).toEqual([]);
});

browserTest('a filter of the pushes behind a mark is a chip that takes it away', async () => {
  const day = [Date.now() - 86_400_000, Date.now()].map((ms) => new Date(ms).toISOString());
  const { page, complaints } = await showView(`/endings?from=${day[0]}&to=${day[1]}&side=NETWORK&code=8`);
  await untilShown(page, [story.fed[0].sequence, short, long].map(String));
  await page.getByRole('button', { name: 'Remove filter: Code: 8' }).click();
  await page.getByRole('button', { name: 'Remove filter: Ended by: Network' }).click();
  await page.getByRole('list', { name: 'Filters' }).waitFor({ state: 'detached' });
  await page
    .getByRole('link', { name: /^many-/ })
    .first()
    .waitFor();
  expect([new URL(page.url()).searchParams.get('side'), complaints]).toEqual([null, []]);
});

browserTest(
  'axe finds nothing serious in an ordered list, and a head is large enough to press: light; dark, on a phone',
  async () => {
    const { page, complaints } = await showView('/search?q=studio-a&order=-PUSH_DURATION');
    for (const [look, target] of [
      ['light', 28],
      ['dark, on a phone', 44],
    ] as const) {
      await showAs(page, look);
      await untilShown(page, [longest, long, short, live].map(String));
      expect([look, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, [], true]);
      const box = await head(page, 'Duration').getByRole('button').boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(target);
      expect(box?.width).toBeGreaterThanOrEqual(target);
    }
    expect(complaints).toEqual([]);
  },
);
