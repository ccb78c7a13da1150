/**
 * How long from the navigation to the first rows of Live in Debian's Chromium, with an empty cache and with a filled one? And how many
 * bytes come over the wire? Measures the service that `npm start` runs, on this machine.
 * Run: npm run bench:console (--rounds N and --streams N make it shorter or longer).
 */
import type { BrowserContext, Page } from 'playwright-core';
import { benchFlags } from './bench-flags.ts';
import { hasBrowser, openBrowser } from '../test/support/browser.ts';
import { startConsoleServer } from '../test/support/console-server.ts';
import { sendPushes } from '../test/support/console-story.ts';
import { line, spread } from './table.ts';

const flags = benchFlags({ rounds: { type: 'string', default: '10' }, streams: { type: 'string', default: '1000' } });
const [rounds, streams] = [Number(flags.rounds), Number(flags.streams)];

const firstRow = '.live-table tbody tr:not(.spacer)';

/** Runs in the page before anything else: records when a frame with a row has been painted, counted from the navigation. */
const noteFirstRow = `
  rowsShownMs = new Promise((shown) => {
    const look = () => {
      if (document.querySelector(${JSON.stringify(firstRow)}) === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => shown(performance.now()));
    };
    requestAnimationFrame(look);
  });
`;

interface FirstView {
  readonly rowsShownMs: number;
  /** CPU milliseconds of the page's main thread until everything was loaded. */
  readonly cpuMs: number;
  /** Bytes over the wire, including headers: the page's files, and the API's answers. Cached content does not count. */
  readonly bytes: { readonly files: number; readonly answers: number };
}

async function open(context: BrowserContext, url: string): Promise<FirstView> {
  const page = await context.newPage();
  await page.addInitScript(noteFirstRow);
  const devTools = await context.newCDPSession(page);
  const bytes = { files: 0, answers: 0 };
  const answers = new Set<string>();
  devTools.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (new URL(request.url).pathname.startsWith('/graphql')) answers.add(requestId);
  });
  devTools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes[answers.has(requestId) ? 'answers' : 'files'] += encodedDataLength;
  });
  await devTools.send('Network.enable');
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(url);
  const rowsShownMs = await page.evaluate<number>('rowsShownMs');
  await page.waitForLoadState('networkidle');
  const { metrics } = await devTools.send('Performance.getMetrics');
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  await close(page);
  return { rowsShownMs, cpuMs: seconds * 1_000, bytes };
}

async function close(page: Page): Promise<void> {
  await page.goto('about:blank');
  await page.close();
}

if (!hasBrowser) throw new Error('This needs Debian’s Chromium: apt-get install chromium-headless-shell.');
const [browser, server] = await Promise.all([openBrowser(), startConsoleServer()]);
try {
  await sendPushes(
    server.url,
    Array.from({ length: streams }, (_, number) => ({
      sequence: `71${String(number).padStart(17, '0')}`,
      streamId: `stream-${String(number).padStart(4, '0')}`,
      beganMinutesAgo: 10,
      ended: null,
    })),
  );
  const measured = { 'empty cache': [] as FirstView[], 'again, from its cache': [] as FirstView[] };
  for (let round = 0; round <= rounds; round += 1) {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
    const views = [await open(context, server.url), await open(context, server.url)] as const;
    await context.close();
    // The first round warms the service.
    if (round === 0) continue;
    measured['empty cache'].push(views[0]);
    measured['again, from its cache'].push(views[1]);
  }
  const head = ['first rows after, ms', 'main thread, CPU ms', 'files, KB', 'answers, KB'];
  line(['', -24], ...head.map((cell) => [cell, 22] as const));
  for (const [name, all] of Object.entries(measured)) {
    const figures = [
      all.map(({ rowsShownMs }) => rowsShownMs),
      all.map(({ cpuMs }) => cpuMs),
      all.map(({ bytes }) => bytes.files / 1_000),
      all.map(({ bytes }) => bytes.answers / 1_000),
    ];
    line([name, -24], ...figures.map((values) => [spread(values), 22] as const));
  }
} finally {
  await browser.close();
  await server.close();
}
