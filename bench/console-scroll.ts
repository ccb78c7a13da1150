/**
 * Does Live stay smooth with many streams that change? Scrolls through the list in Debian's Chromium while pushes begin and end, and reports the
 * tasks of the page's main thread that took longest, by the clock and by the CPU: on a machine that has other things to do, only the latter are the page's.
 * Run: npm run build && npx tsx bench/console-scroll.ts (--streams N, --changes N a second and --seconds N).
 */
import { setTimeout as wait } from 'node:timers/promises';
import { benchFlags } from './bench-flags.ts';
import { hasBrowser, openBrowser, openPage } from '../test/support/browser.ts';
import { startConsoleServer } from '../test/support/console-server.ts';
import { sendPushes, type StoryPush } from '../test/support/console-story.ts';

const flags = benchFlags({
  streams: { type: 'string', default: '10000' },
  changes: { type: 'string', default: '200' },
  seconds: { type: 'string', default: '20' },
});
const [streams, changes, seconds] = [Number(flags.streams), Number(flags.changes), Number(flags.seconds)];

/** Milliseconds that no task may take: a reader notices more. */
const taskMsMax = 100;

/** An event of Chromium's trace; times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const push = (number: number, round: number, ended: StoryPush['ended']): StoryPush => ({
  sequence: `7${String(round).padStart(3, '0')}${String(number).padStart(15, '0')}`,
  streamId: `stream-${String(number).padStart(5, '0')}`,
  domain: `push-${number % 20}.example.com`,
  beganMinutesAgo: 10,
  ended,
});

/** Each second, half as many streams as there are changes lose their push and begin another. */
async function change(url: string, second: number): Promise<void> {
  const first = (second * changes) / 2;
  const numbers = Array.from({ length: changes / 2 }, (_, index) => (first + index) % streams);
  const round = Math.floor(first / streams);
  await sendPushes(url, [
    ...numbers.map((number) => push(number, round, { minutesAgo: 0, code: 8 })),
    ...numbers.map((number) => push(number, round + 1, null)),
  ]);
}

if (!hasBrowser) throw new Error('There is no Chromium: install the package chromium.');
const server = await startConsoleServer();
await sendPushes(
  server.url,
  Array.from({ length: streams }, (_, number) => push(number, 0, null)),
);
const browser = await openBrowser();
const { page } = await openPage(browser, { viewport: { width: 1280, height: 720 } });
await page.goto(`${server.url}/?group=none`);
await page.getByRole('heading', { level: 1, name: streams.toLocaleString('en-GB') }).waitFor();
await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
await page.evaluate(`
  const scroller = document.querySelector('.live-scroll');
  scrolls = setInterval(() => scroller.scrollBy(0, 280), 50);
`);
for (let second = 0; second < seconds; second += 1) await Promise.all([change(server.url, second), wait(1_000)]);
await page.evaluate('clearInterval(scrolls)');
const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
const tasks = traceEvents.filter(
  ({ name, pid, tid }) => name === 'RunTask' && mains.some((main) => main.pid === pid && main.tid === tid),
);
console.log(`${streams} live streams, ${changes} changes a second, ${seconds} s of scrolling: ${tasks.length} tasks`);
for (const [clock, field] of [
  ['by the clock', 'dur'],
  ['by the CPU', 'tdur'],
] as const) {
  const ms = tasks.map((task) => (task[field] ?? 0) / 1_000).sort((one, other) => other - one);
  const above = ms.filter((each) => each > taskMsMax).length;
  console.log(
    `${clock}: above ${taskMsMax} ms: ${above}; the longest: ${ms.slice(0, 5).map(Math.round).join(', ')} ms`,
  );
}
await browser.close();
await server.close();
