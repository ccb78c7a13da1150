import { expect } from '@jest/globals';
import { projectionCaughtUp } from '../../support/ask-ledger.ts';
import { fitsItsWidth, seriousFindings, untilCount } from '../../support/browser.ts';
import { interruptionBody } from '../../support/callback-bodies.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';

const suite = useConsole('refused pushes', startConsoleServer);
const { browserTest, openView, showView } = suite;

/** Interruptions of pushes that never began: three of one stream, of which the last has another code, and one of another. */
const attempts = [
  { stream_id: 'expired', errcode: 18, errmsg: 'push url maybe invalid' },
  { stream_id: 'expired', errcode: 18, errmsg: 'push url maybe invalid' },
  { stream_id: 'banned', errcode: 18, errmsg: 'refused' },
  { stream_id: 'expired', errcode: 19, errmsg: 'refused' },
];

async function refuse(): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  const { url } = suite.server;
  for (const [number, attempt] of attempts.entries()) {
    const of = { app: 'a.example', appname: 'live', sequence: String(6674468118806627000n + BigInt(number)) };
    const body = interruptionBody({ ...of, ...attempt, event_time: now - 10 * (attempts.length - number) });
    const { status } = await fetch(`${url}/callbacks/css`, { method: 'POST', body: JSON.stringify(body) });
    expect(status).toBe(200);
  }
  await projectionCaughtUp(url);
}

browserTest('Live counts them, and leads to whose they are, why, and what to do', async () => {
  const before = await showView('/endings?shows=refused');
  await before.page.getByRole('heading', { name: 'Nothing was refused in this time' }).waitFor();
  await refuse();
  const { page, complaints } = await openView('/');
  const line = page.getByRole('link', {
    name: '4 pushes were refused in the last hour: 2 streams, mostly code 18',
    exact: true,
  });
  await line.waitFor();
  expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
  await line.click();
  const streams = page.getByRole('group', { name: 'By stream', exact: true });
  const newest = page.getByRole('group', { name: 'Newest', exact: true });
  await untilCount(streams.locator('tbody tr'), 2);
  const rows = (await streams.locator('tbody tr').allInnerTexts()).map((text) => text.split(/\s+/).slice(0, 4));
  expect(rows).toEqual([
    ['expired', 'a.example/live', '3', '19'],
    ['banned', 'a.example/live', '1', '18'],
  ]);
  await untilCount(newest.locator('tbody tr'), 4);
  for (const [width, height] of [
    [390, 844],
    [1024, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    expect([width, await seriousFindings(page), await fitsItsWidth(page)]).toEqual([width, [], true]);
  }
  await page.getByRole('link', { name: 'expired' }).click();
  await untilCount(newest.locator('tbody tr'), 3);
  const likely = newest.getByRole('row').filter({ hasText: 'push url maybe invalid' });
  await likely.first().getByText('its push URL has expired, or its signature is wrong.').waitFor();
  await likely.first().getByRole('button', { name: 'probably' }).waitFor();
  await page.getByText('issue a new URL.').waitFor();
  await page.getByRole('button', { name: 'Remove filter: expired' }).click();
  await untilCount(newest.locator('tbody tr'), 4);
  expect(complaints).toEqual([]);
});
