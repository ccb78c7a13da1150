import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// `npm run test:eventstoredb`: the suites that need an EventStoreDB, against a real one.
const usage = `npm run test:eventstoredb -- --url <connection string> [--restart <command> | --stop <command> --start <command> [--keep <command> --restore <command>]] [--only <text>] [-- <jest's own>]

  --url      the server, as EVENT_STORE_URL has it; everything is written under prefixes test_<random>, and left there
  --restart  kills the server and starts it again; without it, tests that need this are skipped
  --stop, --start
             the same in two commands: tests that need the server to be away for a while run as well
  --keep, --restore
             beside them: copies the data of the stopped server, and puts that copy back
  --only     suites whose path contains this text; may be given several times
`;
const root = fileURLToPath(new URL('..', import.meta.url));

function readOptions() {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      options: {
        url: text,
        restart: text,
        stop: text,
        start: text,
        keep: text,
        restore: text,
        only: { ...text, multiple: true },
        help: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (values.help === true || values.url === undefined) return null;
    if ((values.stop === undefined) !== (values.start === undefined)) return null;
    if ((values.keep === undefined) !== (values.restore === undefined)) return null;
    return { ...values, jestArgs: positionals };
  } catch {
    return null;
  }
}

/** Every suite that takes its server from where a real one can be named. */
function suites(only: readonly string[] = ['']): string[] {
  return readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => only.some((text) => file.includes(text)))
    .map((file) => path.join(root, 'test', file))
    .filter((file) => readFileSync(file, 'utf8').includes('/support/eventstoredb-server.ts'));
}

const options = readOptions();
if (options === null) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const { url, restart, stop, start, keep, restore, only, jestArgs } = options;
  const given = Object.entries({
    LIVE_LEDGER_TEST_EVENTSTOREDB: url,
    LIVE_LEDGER_TEST_RESTART: restart,
    LIVE_LEDGER_TEST_STOP: stop,
    LIVE_LEDGER_TEST_START: start,
    LIVE_LEDGER_TEST_KEEP: keep,
    LIVE_LEDGER_TEST_RESTORE: restore,
  }).filter(([, value]) => value !== undefined);
  // One suite at a time: they share the server, and some of them kill it.
  const jest = ['--runInBand', '--verbose', ...jestArgs];
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const child = spawn(process.execPath, [...args, ...jest, '--runTestsByPath', ...suites(only)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...Object.fromEntries(given) },
  });
  child.on('exit', (status) => (process.exitCode = status ?? 1));
}
