import { afterAll, expect } from '@jest/globals';
import { fitsItsWidth, goWithin, hasBrowser, seriousFindings, showAs } from '../../support/browser.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startConsoleServer, type ConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';

const token = 'a-token-of-standbys-0123456789';

let primary: ConsoleServer;
const suite = useConsole('a standby', async () => {
  primary = await startConsoleServer({ STANDBY_TOKENS: token });
  const body = JSON.stringify(pushBody({ sequence: '7000000000000000001' }));
  expect((await fetch(`${primary.url}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
  return startConsoleServer({ PRIMARY_URL: primary.url, PRIMARY_TOKEN: token });
});
const { browserTest, openView } = suite;
afterAll(() => (hasBrowser ? primary.close() : undefined));

/** What the banner begins with, in each language of the console. */
const banners = {
  'en-GB': 'This is a standby, read only.',
  'zh-CN': '这是备用节点，只读。',
  'ja-JP': 'これはスタンバイで、読み取り専用です。',
  'ko-KR': '대기 노드이며 읽기 전용입니다.',
  'id-ID': 'Ini node siaga, hanya baca.',
} as const;

browserTest('every view says that this is a standby and where its primary is; Set-up has the URL of that', async () => {
  for (const [locale, text] of Object.entries(banners)) {
    const { page, complaints } = await openView('/set-up', null, { locale });
    await page.locator('[data-standby]', { hasText: text }).getByRole('link', { name: primary.url }).waitFor();
    await page.getByText(`${primary.url}/callbacks/css`, { exact: true }).waitFor();
    await showAs(page, 'dark, on a phone');
    expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
    expect(complaints).toEqual([]);
  }
});

browserTest('it says what to do while the primary does not answer, and follows again by itself', async () => {
  const { page } = await openView('/health');
  const banner = page.locator('[data-standby]');
  await banner.getByText('It has everything that the primary has.').waitFor();
  await page.getByText('This standby follows its primary.').waitFor();
  await goWithin(page, '/set-up');
  await page.getByText('which takes no callbacks').waitFor();
  await primary.kill();
  await banner.getByText('It does not follow: The primary does not answer. Nothing has come from').waitFor();
  await banner.getByText('run `live-ledger promote` on this machine').waitFor();
  await goWithin(page, '/health');
  await page.getByRole('heading', { name: 'This standby does not follow its primary' }).waitFor();
  expect(await page.locator('#content').innerText()).not.toMatch(/event ?store/i);
  expect(await seriousFindings(page)).toEqual([]);
  await primary.start();
  await banner.getByText('It has everything that the primary has.').waitFor();
});
