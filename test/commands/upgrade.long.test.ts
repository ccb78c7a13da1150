import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, version } from '../../src/kernel/this-process.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { endLedger, startLedgerOf, type LedgerProcess } from '../support/live-ledger-process.ts';
import { copyAsRelease, copyProduct } from '../support/product-copy.ts';
import { startRelayLoad } from '../support/relay-load.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const perSecond = 50;

let folder: TemporaryFolder;
let ledger: LedgerProcess;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(async () => {
  await endLedger(ledger);
  folder.remove();
});

const at = (name: string) => path.join(folder.path, name);

/** Makes the link lead to a folder from one moment to the next, as `mv --no-target-directory` does. */
function switchTo(release: string): void {
  symlinkSync(at(release), at('new'));
  renameSync(at('new'), at('live-ledger'));
}

function serve(): void {
  // A connection waits in the supervisor however long the next recorder takes to start here.
  const patient = `--import=data:text/javascript,${encodeURIComponent(
    `if (process.env.LIVE_LEDGER_PROCESS === undefined) {
       const now = performance.now.bind(performance);
       performance.now = () => now() / 10;
     }`,
  )}`;
  const environment = { PORT: '0', DATA_DIR: at('data'), NODE_OPTIONS: patient };
  ledger = startLedgerOf(at('live-ledger/bin/live-ledger.js'), ['serve'], environment);
}

interface Started {
  readonly process: 'recorder' | 'reader';
  readonly version: string;
  readonly pid: number;
}

/** The processes in the order of their starts. */
const started = () =>
  [...ledger.stdout().matchAll(/^.*"msg":"starting".*$/gm)].map(([line]) => JSON.parse(line) as Started);
const versionsOf = (part: Started['process']) =>
  started().flatMap((one) => (one.process === part ? [one.version] : []));

/** Resolves once so many readers have answered queries. */
const answering = (times: number) =>
  ledger.until(`${times} answering`, () =>
    [...ledger.stdout().matchAll(/"msg":"answering queries"/g)].length >= times ? true : undefined,
  );

/** Resolves once the supervisor passes connections to the newest recorder: before, a signal to replace it has no effect. */
const isServed = async (url: string) => (await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).text();

/** What `doctor` of a release says of the service. */
async function doctor(release: string): Promise<string> {
  const program = at(`${release}/bin/live-ledger.js`);
  const checking = startLedgerOf(program, ['doctor'], { DATA_DIR: at('data'), PORT: '0' });
  await checking.ended();
  return checking.stdout();
}

test(`under ${perSecond} relay callbacks a second a release is replaced by the next one, and that by the one before: each callback is answered 200 and recorded once`, async () => {
  copyProduct(at(version));
  copyAsRelease(at('9.0.0'), '9.0.0');
  mkdirSync(at('data'), { mode: 0o700 });
  switchTo(version);
  serve();
  const url = await ledger.url();
  await answering(1);
  const load = startRelayLoad(url, perSecond);
  await load.sent(perSecond);

  switchTo('9.0.0');
  // A reader that ends before the signal is of the release of its recorder.
  process.kill(started().find((one) => one.process === 'reader')?.pid ?? 0, 'SIGKILL');
  await answering(2);
  expect(versionsOf('reader')).toEqual([version, version]);
  expect(await doctor('9.0.0')).toMatch(
    new RegExp(`TO DO  service: process \\d+ runs ${version} \\(build ${build}\\) .* installed here is 9\\.0\\.0`),
  );
  await isServed(url);
  ledger.kill('SIGUSR2');
  await answering(3);
  expect(await doctor('9.0.0')).toMatch(/fine {3}service: process \d+ runs 9\.0\.0 /);
  await load.sent(perSecond);

  switchTo(version);
  await isServed(url);
  ledger.kill('SIGUSR2');
  await answering(4);
  await load.sent(perSecond);
  const answers = await load.end();
  expect([...answers].filter(([, answer]) => answer !== 200)).toEqual([]);
  expect(versionsOf('recorder')).toEqual([version, '9.0.0', version]);
  expect(versionsOf('reader')).toEqual([version, version, '9.0.0', version]);
  await projectionCaughtUp(url);
  const { callbacks, relayTasks } = await askLedger<Record<'callbacks' | 'relayTasks', { totalCount: number }>>(
    url,
    '{ callbacks(first: 0) { totalCount } relayTasks(first: 0) { totalCount } }',
  );
  expect([callbacks.totalCount, relayTasks.totalCount]).toEqual([answers.size, answers.size]);

  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  expect(await doctor('9.0.0')).not.toContain('service:');
});

test('where another build is installed over a service that runs, its threads stay, and a reader that ends has the service replaced', async () => {
  copyProduct(at('live-ledger'));
  serve();
  await ledger.url();
  await answering(1);
  const [recorder] = started();
  writeFileSync(at('live-ledger/dist/build.json'), JSON.stringify({ build: 'another', files: [] }));
  process.kill(started().find((one) => one.process === 'reader')?.pid ?? 0, 'SIGKILL');
  await ledger.printed(/another build was installed in the folder of this process: the service is replaced by it/);
  const next = await ledger.until('another recorder', () =>
    started().find((one) => one.process === 'recorder' && one.pid !== recorder?.pid),
  );
  await ledger.printed(new RegExp(`"pid":${next.pid}(.|\\n)*"msg":"listening"`));
  rmSync(at('live-ledger/dist/build.json'));
});
