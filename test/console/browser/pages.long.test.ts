import { describe, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { askUntil } from '../../support/ask-until.ts';
import { fitsItsWidth, goWithin, seriousFindings, showAs, signIn, untilCount } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { sendPushes, sendStory, story } from '../../support/console-story.ts';

const [viewer, operator] = ['a-token-of-an-analyst', 'a-token-of-an-admin'];
const asOperator = { apiToken: operator };

const startServer = async () => {
  const server = await startConsoleServer({ API_TOKENS: `analyst=${viewer},admin=${operator}` });
  await sendStory(server.url, asOperator);
  return server;
};
const suite = useConsole('the pages of the console', startServer, viewer);
const { browserTest, openView, showView } = suite;

const [, broken, third, live] = story.flapping;

describe('sign-in', () => {
  browserTest(
    'says that a token is refused, then takes one, which no script can read, for all tabs and reloads',
    async () => {
      const { page } = await openView('/', 'not-a-token');
      await page.getByText('The ledger does not accept this token').waitFor();
      await signIn(page, viewer);
      await page.getByRole('heading', { name: '2 live' }).waitFor();
      const kept = '[JSON.stringify({ ...localStorage, ...sessionStorage }), document.cookie].join()';
      expect(await page.evaluate(kept)).toBe('{},');
      await page.reload();
      await page.getByRole('heading', { name: '2 live' }).waitFor();
    },
  );

  browserTest('an analyst reads no credentials, an admin does where he asks for them', async () => {
    const viewers = await showView(`/sessions/${broken.sequence}`);
    await viewers.page
      .getByText(/^\(hidden [0-9a-f]{12}\)$/)
      .first()
      .waitFor();
    expect(await viewers.page.getByRole('button', { name: 'Show', exact: true }).count()).toBe(0);
    const { page } = await openView(`/sessions/${broken.sequence}`, operator);
    const [secret, note] = [page.getByText('txSecret=00ff', { exact: true }), page.getByText('do not share')];
    const show = page.getByRole('button', { name: 'Show', exact: true });
    await show.waitFor();
    expect(await secret.count()).toBe(0);
    await show.click();
    await secret.waitFor();
    await page.locator('.timeline .ended summary').click();
    await note.locator('visible=true').waitFor();
  });
});

describe('search', () => {
  browserTest('finds as it is typed, keeps it in the address, and opens by keys', async () => {
    const { page, complaints } = await showView('/');
    await page.getByRole('heading', { name: '2 live' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('studio');
    await page.getByRole('heading', { name: 'Results for “studio”' }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=studio');
    // A key moves among the rows that are there.
    await page.getByRole('link', { name: 'studio-a' }).first().waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('searchbox').inputValue()).toBe('studio');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/streams/studio-a?*');
    expect(complaints).toEqual([]);
  });

  browserTest('finds by an address, a code, a sequence, a task and a domain', async () => {
    const { page } = await showView('/health');
    const link = (found: string) => page.getByRole('link', { name: found, exact: true });
    for (const [what, text, found] of [
      ['an address', '203.0.113.1', 'news'],
      ['a code', '-22', story.taskId],
      ['a sequence', broken.sequence, 'studio-a'],
      ['a task', story.taskId, story.taskId],
      ['a domain', 'push.example', 'news'],
    ] as const) {
      // From a view that shows none of it, so that nothing is found that another search has left.
      await goWithin(page, '/no-such-page');
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      expect([what, await link(found).count()]).toEqual([what, 0]);
      await goWithin(page, `/search?q=${encodeURIComponent(text)}`);
      await page.getByRole('heading', { name: `Results for “${text}”` }).waitFor();
      await link(found).first().waitFor();
    }
  });

  browserTest('a time finds what was live then; what nothing matches says what to try', async () => {
    const { page } = await showView(`/search?q=${clock(170)}`);
    await page.getByRole('heading', { name: /^At / }).waitFor();
    const streams = page.locator('.sessions-table tbody tr');
    await streams.first().waitFor();
    expect((await streams.allTextContents()).map((row) => /studio-a|news/.exec(row)?.[0]).sort()).toEqual([
      'news',
      'studio-a',
    ]);
    await page.getByRole('searchbox', { name: 'Search' }).fill('no-such-stream');
    await page.getByRole('heading', { name: 'Nothing found for “no-such-stream”' }).waitFor();
  });
});

browserTest('times are in the zone that is chosen, also after a reload', async () => {
  const { page, complaints } = await openView(`/sessions/${broken.sequence}`);
  const ended = page.getByRole('heading', { level: 1, name: /^Ended/ });
  const inUtc = await ended.textContent();
  await page.getByLabel('Time zone').selectOption('Times in Asia/Shanghai');
  const inShanghai = await askUntil(
    () => ended.textContent(),
    (shown) => shown !== inUtc,
  );
  await page.reload();
  await ended.waitFor();
  expect(await ended.textContent()).toBe(inShanghai);
  expect(complaints).toEqual([]);
});

browserTest('one domain can be looked at, in all views and in the address; a search finds nothing else', async () => {
  const other = { sequence: '7000000000000000051', streamId: 'elsewhere', domain: 'other.example.com' };
  await sendPushes(
    suite.server.url,
    [{ ...other, beganMinutesAgo: 30, ended: { minutesAgo: 20, code: 8 } }],
    asOperator,
  );
  const { page, complaints } = await openView('/endings');
  await page.getByRole('cell', { name: 'push.example.com' }).waitFor();
  await page.getByLabel('Account or domain').selectOption(other.domain);
  await page.getByRole('heading', { level: 1, name: '1 push ended' }).waitFor();
  await page.getByRole('button', { name: `Remove filter: ${other.domain}` }).click();
  await page.getByRole('cell', { name: 'push.example.com' }).waitFor();
  await page.getByLabel('Account or domain').selectOption(other.domain);
  await page.getByRole('heading', { level: 1, name: '1 push ended' }).waitFor();
  await page.getByRole('cell', { name: 'push.example.com' }).waitFor({ state: 'detached' });
  await page
    .getByRole('row', { name: /^Network/ })
    .getByRole('link')
    .click();
  await page.getByRole('link', { name: 'elsewhere' }).waitFor();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Live' }).click();
  await page.getByRole('heading', { name: 'Nothing is live' }).waitFor();
  expect(new URL(page.url()).search).toBe('?scope=other.example.com');
  expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
  await page.getByRole('searchbox', { name: 'Search' }).fill('studio');
  await page.getByText('Showing only other.example.com.').waitFor();
  await page.getByRole('button', { name: 'Show all domains' }).click();
  await page.getByRole('link', { name: 'studio-a' }).first().waitFor();
  expect(new URL(page.url()).search).toBe('?q=studio');
  expect(complaints).toEqual([]);
});

describe('a stream', () => {
  browserTest('says whether it is live, how often it came back, and lists its pushes', async () => {
    const { page, complaints } = await showView('/streams/studio-a?domain=push.example.com&path=live');
    await page.getByRole('heading', { level: 1, name: /^Live since .* for 2 h \d+ min/ }).waitFor();
    await page.getByText('Reconnects: 0 in the last hour, 3 in 24 hours. Pushes begun in 24 hours: 4').waitFor();
    await untilCount(page.locator('.day-strip .bar'), 4);
    expect(await page.locator('.day-strip .axis-labels').textContent()).toMatch(/^(\d\d:00|\d+ \w+){7,8}$/);
    // A stream is none of the views, whether it is live or not.
    expect(await page.getByRole('navigation', { name: 'Views' }).locator('[aria-current]').count()).toBe(0);
    await untilCount(page.locator('.sessions-table tbody tr'), 4);
    expect(complaints).toEqual([]);
  });
});

describe('lists', () => {
  browserTest('are saved as CSV with the token of the page', async () => {
    const { page, complaints } = await showView('/health');
    for (const [view, title, file, rows] of [
      ['/streams/studio-a?domain=push.example.com&path=live', /^Live since/, 'streamSessions.csv', 4],
      ['/relays', 'Relays', 'relayTasks.csv', 1],
    ] as const) {
      await goWithin(page, view);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'As CSV' }).click(),
      ]);
      const lines = readFileSync(await saved.path(), 'utf8')
        .trimEnd()
        .split('\r\n');
      expect([saved.suggestedFilename(), lines.length]).toEqual([file, rows + 1]);
    }
    expect(complaints).toEqual([]);
  });

  browserTest('Health lists callbacks that should have come', async () => {
    const lost = { sequence: '7000000000000000041', streamId: 'lost-end', ended: null };
    await sendPushes(suite.server.url, [{ ...lost, beganMinutesAgo: 50 }], asOperator);
    await sendPushes(suite.server.url, [{ ...lost, sequence: '7000000000000000042', beganMinutesAgo: 40 }], asOperator);
    const { page, complaints } = await openView('/health');
    const row = page.getByRole('row', { name: 'lost-end' });
    await row.getByText('A newer push of the stream began, and this one’s end never arrived. Certain.').waitFor();
    await row.getByRole('link').click();
    await page.waitForURL(`**/sessions/${lost.sequence}?*`);
    expect(complaints).toEqual([]);
  });
});

describe('a session', () => {
  browserTest('says why it ended and whose side that is, and leads to its neighbours and callbacks', async () => {
    const { page, complaints } = await showView(`/sessions/${broken.sequence}`);
    await page.getByRole('heading', { level: 1, name: /^Ended .* after 1 h 39 min.*\(code 8\)/ }).waitFor();
    await page.locator('.advice').getByText('Network').waitFor();
    for (const what of ['Stream', 'Sequence', 'Account', 'Access point', 'Pusher’s address']) {
      await page.getByRole('button', { name: `Copy ${what}`, exact: true }).waitFor();
    }
    await page.locator('.timeline .ended summary').click();
    await page.getByText('"push_duration": "5940000"').waitFor();
    await page.getByRole('link', { name: 'Next push' }).click();
    await page.waitForURL(`**/sessions/${third.sequence}?*`);
    expect(complaints).toEqual([]);
  });

  browserTest(
    'shows what came of its stream in its time: relay files, alarms, recordings, the push after',
    async () => {
      const [brokenRelay] = story.fed;
      const { page } = await showView(`/sessions/${brokenRelay.sequence}`);
      await page.locator('.facts').getByText('relay-news').waitFor();
      await page.locator('.facts').getByRole('button', { name: 'probably' }).waitFor();
      await page.getByRole('link', { name: 'Relay task relay-news: alarm PullFileUnstable' }).waitFor();
      await page.getByRole('link', { name: 'Relay task relay-news exited with code -22' }).waitFor();
      expect(await page.getByRole('link', { name: 'Relay task relay-news finished file 2' }).count()).toBe(2);
      await page.getByRole('link', { name: 'Another push of the stream began' }).waitFor();
      await goWithin(page, `/sessions/${broken.sequence}`);
      await page.getByText('A recording was saved.').waitFor();
    },
  );

  browserTest('shows what was known at any moment, and the address says which', async () => {
    const pushed = { sequence: '7000000000000000031', streamId: 'known', beganMinutesAgo: 5, ended: null };
    await sendPushes(suite.server.url, [pushed], asOperator);
    await sendPushes(suite.server.url, [{ ...pushed, ended: { minutesAgo: 1, code: 1 } }], asOperator);
    const { page, complaints } = await openView('/health');
    let loadTimeline = (): void => undefined;
    const mayLoad = new Promise<void>((resolve) => (loadTimeline = resolve));
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query SessionTimeline') === true) await mayLoad;
      await route.continue();
    });
    await goWithin(page, `/sessions/${pushed.sequence}`);
    await page.getByRole('heading', { level: 1, name: /^Ended/ }).waitFor();
    await page.getByRole('slider', { name: 'As known at', disabled: true }).waitFor();
    loadTimeline();
    await page.getByRole('slider', { name: 'As known at', disabled: false }).press('Home');
    await page.getByRole('heading', { level: 1, name: /^Live since/ }).waitFor();
    await page.locator('.timeline .ended').getByText('not known yet').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const shared = new URL(page.url());
    expect(shared.searchParams.get('asOf')).toMatch(/^2.*Z$/);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('heading', { level: 1, name: /^Ended/ }).waitFor();
    shared.searchParams.set('asOf', '2020-01-01T00:00:00.000Z');
    await goWithin(page, `${shared.pathname}${shared.search}`);
    await page.getByRole('heading', { name: 'Nothing was known about this push then' }).waitFor();
    expect(complaints).toEqual([]);
  });

  browserTest('explains a word by keys and by a tap, within the window of a phone', async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
    const { page, complaints } = await openView(`/sessions/${broken.sequence}`, viewer, phone);
    for (const name of ['Push', 'CSS']) await page.getByRole('button', { name, exact: true }).waitFor();
    const word = page.getByRole('button', { name: 'Access point', exact: true });
    const meaning = page.getByText(/^The CSS server that the pusher is connected to/);
    await word.tap();
    await meaning.waitFor();
    expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
    const box = await meaning.boundingBox();
    expect((box?.x ?? 0) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= phone.viewport.width).toBe(true);
    await page.keyboard.press('Escape');
    await meaning.waitFor({ state: 'hidden' });
    await word.press('Enter');
    await meaning.waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('relay tasks', () => {
  browserTest('are found by their stream, and those that finished are not those that exited otherwise', async () => {
    for (const [taskId, code] of [
      ['ended-well', 0],
      ['ended-badly', -5],
      ['moved', 'E_MIGRATED'],
    ] as const) {
      const of = { task_id: taskId, stream_id: `of-${taskId}` };
      for (const [event, message] of [
        ['TaskStart', {}],
        ['TaskExit', { message: 'm', code }],
      ] as const) {
        const body = JSON.stringify(relayBody(event, message, of));
        await fetch(`${suite.server.url}/callbacks/css`, { method: 'POST', body });
      }
    }
    const { page, complaints } = await openView('/relays');
    await page.getByRole('row', { name: 'ended-well' }).getByText('Finished').waitFor();
    await page.getByRole('row', { name: 'ended-badly' }).getByText('Exited, code -5').waitFor();
    const shapeOf = (task: string) => page.getByRole('row', { name: task }).locator('.shape').getAttribute('class');
    await askUntil(
      async () => [await shapeOf('ended-badly'), await shapeOf('moved')].join(),
      (shapes) => shapes === 'shape other,shape unknown',
    );
    await page.getByRole('row', { name: story.taskId }).getByText('Earlier run: write packet error.').waitFor();
    await page.getByRole('button', { name: 'Exited' }).click();
    await page.getByRole('row', { name: 'ended-well' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Finished' }).click();
    await page.getByRole('row', { name: 'ended-badly' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'All' }).click();
    await page.getByRole('searchbox', { name: 'Task, file, or beginning of stream or domain' }).fill('of-ended-b');
    await page.getByRole('row', { name: story.taskId }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: 'ended-badly' }).waitFor();
    expect(new URL(page.url()).searchParams.get('name')).toBe('of-ended-b');
    expect(complaints).toEqual([]);
  });
});

describe('a relay task', () => {
  browserTest('shows runs, files that loop, alarms, exit codes in words and the sessions that it fed', async () => {
    const { page, complaints } = await showView('/relays');
    await page.getByRole('link', { name: story.taskId }).click();
    await page.getByRole('heading', { level: 1, name: /^Running since .* Restarted once/ }).waitFor();
    await page.getByText('exit code -22 (looks like EINVAL: invalid argument)').waitFor();
    await page.getByText('loops 2 files, each at least 2 times').waitFor();
    await page.locator('.lanes bdi', { hasText: 'show.mp4' }).waitFor();
    await page.getByText('alarm PullFileUnstable: 1×').waitFor();
    await untilCount(page.locator('.sessions-table tbody tr'), 2);
    expect(complaints).toEqual([]);
  });
});

browserTest(
  'a relay task whose callbacks are too large for one answer shows the plays of the newest of them',
  async () => {
    const taskId = 'large-callbacks';
    for (let play = 1; play <= 70; play += 1) {
      const large = `${play} ${'x'.repeat(63_000)}`;
      const body = relayBody('VodSourceFileStart', { index: 0 }, { task_id: taskId, large });
      await fetch(`${suite.server.url}/callbacks/css`, { method: 'POST', body: JSON.stringify(body) });
    }
    const { page } = await showView(`/tasks/${taskId}`);
    await page.getByText('50 plays').waitFor();
  },
);

const views = [
  ['/', 'Live streams'],
  ['/search?q=studio', 'Streams'],
  ['/streams/studio-a?domain=push.example.com&path=live', 'Pushes'],
  [`/sessions/${live.sequence}`, 'What happened'],
  ['/relays', 'Relays'],
  [`/tasks/${story.taskId}`, 'Runs and files'],
] as const;

browserTest('axe finds nothing serious, and nothing is cut off: light, dark and on a phone', async () => {
  const { page, complaints } = await showView('/health');
  for (const look of ['light', 'dark', 'on a phone'] as const) {
    await showAs(page, look);
    for (const [view, shown] of views) {
      await goWithin(page, view);
      await page.getByText(shown, { exact: true }).or(page.getByLabel(shown)).first().waitFor();
      expect([look, view, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([look, view, [], true]);
    }
  }
  expect(complaints).toEqual([]);
});

/** The clock of some minutes ago, in the zone of the browser. */
function clock(minutesAgo: number): string {
  return new Date(Date.now() - minutesAgo * 60_000).toISOString().slice(11, 16);
}
