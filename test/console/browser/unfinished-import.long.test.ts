import { nobody } from '../../../src/log/author.ts';
import { afterAll, expect } from '@jest/globals';
import { systemClock } from '../../../src/kernel/clock.ts';
import { ledgerStreamName, type NewEvent } from '../../../src/log/event-store.ts';
import { newImportBegun, newImportFinished } from '../../../src/log/ledger-events.ts';
import { fitsItsWidth, goWithin, seriousFindings } from '../../support/browser.ts';
import { startConsoleServer } from '../../support/console-server.ts';
import { useConsole } from '../../support/console-suite.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
afterAll(() => folder.remove());

/** Writes an event of the ledger's own stream, as an import does. */
async function note(event: NewEvent): Promise<void> {
  const store = openPatientEventStore(folder.path, systemClock);
  await store.append(ledgerStreamName, [event], 'any');
  await store.close();
}

const suite = useConsole('an unfinished import', async () => {
  await note(newImportBegun({ sha256: '0'.repeat(64), events: 6_000, begunAtMs: systemClock() }, nobody));
  return startConsoleServer({ DATA_DIR: folder.path });
});
const { browserTest, openView } = suite;

/** The banner, in each language of the console. */
const banners = {
  'en-GB': 'An import was interrupted',
  'zh-CN': '一次导入被中断',
  'ja-JP': 'インポートが中断されました',
  'ko-KR': '가져오기가 중단되어',
  'id-ID': 'Sebuah impor terputus',
} as const;

browserTest('every view says that an import is unfinished and what to do, until it is finished', async () => {
  for (const [locale, text] of Object.entries(banners)) {
    const { page, complaints } = await openView('/relays', null, { locale });
    for (const view of ['/', '/health']) {
      await goWithin(page, view);
      const banner = page.locator('.import-banner', { hasText: text });
      await banner.getByText('live-ledger import').waitFor();
      expect(await banner.getAttribute('title')).toMatch(/^An import of 6000 events, begun at /);
    }
    expect([await seriousFindings(page), await fitsItsWidth(page)]).toEqual([[], true]);
    expect(complaints).toEqual([]);
  }
  const { page } = await openView('/health');
  await page.locator('.import-banner').waitFor();
  await suite.server.kill();
  await note(newImportFinished());
  await suite.server.start();
  await page.locator('.import-banner').waitFor({ state: 'detached' });
});
