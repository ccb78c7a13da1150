import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { simulateFlags } from '../../simulator/command/flags.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { reservePort } from '../support/reserved-port.ts';
import { runCommand } from '../support/run-command.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secrets = {
  CSS_CALLBACK_KEYS: 'canary-key-one,canary-key-two',
  CSS_CALLBACK_TOKENS: 'canary-token-of-the-url',
  API_TOKENS: 'viewer=canary-viewer,admin=canary-operator',
};
/** With the longest waits that there are: what is not answered in time is sent again, and would count twice. */
const small = ['--sessions', '20', '--tasks', '6', '--duplicates', '0.3', '--timeout-ms', '120000'];

let folder: TemporaryFolder;
let started: LedgerProcess[];

beforeEach(() => {
  folder = makeTemporaryFolder();
  started = [];
});
afterEach(async () => {
  for (const ledger of started) await endLedger(ledger);
  folder.remove();
});

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): LedgerProcess {
  const ledger = startLedger(args, environment);
  started.push(ledger);
  return ledger;
}

async function serve(
  environment: Readonly<Record<string, string>> = {},
): Promise<{ ledger: LedgerProcess; url: string }> {
  const ledger = run(['serve'], { PORT: '0', DATA_DIR: folder.path, ...environment });
  return { ledger, url: await ledger.url() };
}

const simulate = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCommand(['simulate', ...args], environment);

/** The same as a process of its own. */
async function simulateAside(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const simulation = run(['simulate', ...args], environment);
  const status = await simulation.ended();
  return { status, stdout: simulation.stdout(), stderr: simulation.stderr() };
}

/** The command that a run printed, as its arguments; for another address, where one is given. */
function checkAgain(stdout: string, url?: string): string[] {
  const [, args = ''] = /npx live-ledger simulate (--check-only [^\n"]*)/.exec(stdout) ?? [];
  return args.split(' ').map((arg) => (arg.startsWith('http') ? (url ?? arg) : arg));
}

async function stop(ledger: LedgerProcess): Promise<void> {
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
}

const noDifference = { status: 0, stdout: expect.stringMatching(/^Checked: .*: no difference$/m) as unknown };

describe('simulate --check', () => {
  test('sends callbacks, finds no difference, and prints the command that checks again, also after a restart and a rebuild', async () => {
    const first = await serve(secrets);
    const share = ['--forgeries', '0.05', '--expired', '0.05', '--losses', '0.05'];
    const sent = await simulateAside(['--url', first.url, '--check', ...small, ...share], secrets);
    expect(sent).toMatchObject({ status: 0, stderr: '' });
    expect(sent.stdout).toMatch(
      /^Checked: \d+ sessions, \d+ relay tasks, \d+ callbacks, \d+ in quarantine: no difference$/m,
    );
    expect(sent.stdout).not.toContain('canary');

    expect(sent.stdout).toMatch(/, [1-9]\d* in quarantine/);

    await stop(first.ledger);
    const second = await serve(secrets);
    expect(await simulate(checkAgain(sent.stdout, second.url), secrets)).toMatchObject(noDifference);

    await stop(second.ledger);
    const rebuilt = run(['rebuild'], { DATA_DIR: folder.path });
    expect(await rebuilt.ended()).toBe(0);
    const third = await serve(secrets);
    expect(await simulate(checkAgain(sent.stdout, third.url), secrets)).toMatchObject(noDifference);
  });

  test('lists what is not there, and exits with 1', async () => {
    const { url } = await serve();
    const args = ['--url', url, '--at', '2026-11-21T12:00:00Z', ...small];
    const { status, stdout } = await simulateAside([...args, '--check-only'], {});
    expect(status).toBe(1);
    expect(stdout).toMatch(/^Checked: .*: [1-9]\d* differences$/m);
    expect(stdout).toMatch(/^ {2}session \d+ of account \d+: expected to be there, found nothing$/m);
    expect(stdout).toMatch(/^ {2}and [1-9]\d* more$/m);
  });

  test('takes its secrets from files, as the service does', async () => {
    const { url } = await serve(secrets);
    const files = Object.fromEntries(
      Object.entries(secrets).map(([name, list]) => {
        const file = path.join(folder.path, name);
        writeFileSync(file, `${list.replaceAll(',', '\n')}\n`);
        return [`${name}_FILE`, file];
      }),
    );
    const { status, stdout } = await simulate(['--url', url, '--check', ...small], files);
    expect(stdout).toMatch(/: no difference$/m);
    expect([status, stdout.includes('canary')]).toEqual([0, false]);
  });

  test('checks what another run sent only with the same flags', async () => {
    const { url } = await serve();
    const sent = await simulate(['--url', url, ...small]);
    expect(sent.status).toBe(0);
    expect(sent.stdout).not.toContain('Checked');
    const again = checkAgain(sent.stdout);
    expect((await simulate(again)).status).toBe(0);
    const withOtherLosses = again.map((arg, index) => (again[index - 1] === '--losses' ? '0.5' : arg));
    expect((await simulate(withOtherLosses)).status).toBe(1);
  });

  test('--json prints JSON lines alone: progress, then the result', async () => {
    const { url } = await serve();
    const { status, stdout, stderr } = await simulate(['--url', url, '--check', '--json', ...small]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([status, stderr]).toEqual([0, '']);
    expect(new Set(lines.map(({ phase }) => phase))).toEqual(new Set(['deliver', 'check', 'result']));
    const delivered = lines.filter(({ phase }) => phase === 'deliver').at(-1);
    expect(delivered?.['done']).toBe(delivered?.['total']);
    expect(lines.at(-1)).toMatchObject({
      phase: 'result',
      ok: true,
      deliveries: { failed: 0, attempts: { 200: delivered?.['total'] } },
      check: { differencesTotal: 0, differences: [] },
      checkAgain: expect.stringMatching(/^npx live-ledger simulate --check-only /) as unknown,
    });
  });
});

describe('simulate that can not', () => {
  test('ask without an API token, or tell that a log has nothing but its own callbacks: sends nothing to it, unless --into-existing', async () => {
    const { url } = await serve({ API_TOKENS: 'admin=canary-operator' });
    const args = ['--url', url, '--seed', 'one', '--at', '2026-11-21T12:00:00Z', ...small];
    const token = { API_TOKENS: 'admin=canary-operator' };
    const asked = await simulate([...args, '--check']);
    expect(asked).toMatchObject({ status: 1, stdout: '' });
    expect(asked.stderr).toMatch(/^http:\S+ can not be checked: it requires a token\. Set API_TOKENS/);
    const unknown = await simulate(args);
    expect(unknown).toMatchObject({ status: 1, stdout: '' });
    expect(unknown.stderr).toMatch(/^Nothing was sent: .* can not be checked: .*API_TOKENS.* --into-existing/);
    // Its own callbacks are no reason.
    for (let times = 0; times < 2; times += 1) expect(await simulate(args, token)).toMatchObject({ status: 0 });
    const other = ['--url', url, '--seed', 'another', '--check', ...small];
    const refused = await simulate(other, token);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^Nothing was sent: .* not of this simulation\. .* --into-existing/);
    expect(await simulate([...other, '--into-existing'], token)).toMatchObject(noDifference);
  });

  test('reach a service: says where and what to do, and exits with 1', async () => {
    const nobody = await reservePort();
    const url = `http://127.0.0.1:${nobody.port}/`;
    expect(await simulate(['--url', url])).toEqual({
      status: 1,
      stdout: '',
      stderr: `Nothing answers at ${url} (ECONNREFUSED). Start the service with npm start, or name another one with --url.\n`,
    });
    nobody.release();
  });

  test('authenticate: lists what is in quarantine first, and exits with 1', async () => {
    const { url } = await serve({
      CSS_CALLBACK_KEYS: 'the-right-key',
      CSS_CALLBACK_TOKENS: 'the-right-token-of-the-url',
    });
    const { status, stdout } = await simulate(['--url', url, '--check', ...small], secrets);
    expect(status).toBe(1);
    expect(stdout).toMatch(/ differences\n {2}quarantine of account /);
    expect(stdout).toMatch(/^ {2}quarantine of account \d+, FORGED, INVALID: count expected 0, found [1-9]\d*$/m);
    expect(stdout).not.toContain('canary');
  });

  test('use its flags: reports all wrong ones by name, and exits with 2', async () => {
    const { status, stdout, stderr } = await simulate(
      [
        '--url',
        'ftp://example.com',
        '--at',
        'soon',
        '--sessions=-1',
        '--rate',
        'fast',
        '--losses',
        '2',
        '--counts',
        'x',
      ],
      { CSS_CALLBACK_KEYS: '=canary', API_TOKENS: 'owner=canary' },
    );
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.split('\n').map((line) => line.split(':')[0]?.trim())).toEqual(
      expect.arrayContaining([
        '--url',
        '--at',
        '--sessions',
        '--rate',
        '--losses',
        '--counts',
        '--css-callback-keys',
        '--api-tokens',
      ]),
    );
    expect(stderr).not.toContain('canary');
  });

  test.each([
    ['a login in the URL', ['--url', 'http://user:canary@127.0.0.1:1']],
    ['a query in the URL', ['--url', 'http://127.0.0.1:1/?token=canary']],
    ['forgeries that nothing tells from the truth', ['--forgeries', '0.1']],
    ['replays without a key', ['--expired', '0.1']],
    ['a check of nobody knows what', ['--check-only']],
    ['a flag that there is not', ['--data-dir', 'x']],
    ['a word too many', ['now']],
    ['a file of secrets that is not there', ['--css-callback-keys-file', '/no/such/canary']],
    ['a secret twice', ['--api-tokens', 'viewer=canary', '--api-tokens-file', '/no/such/file']],
    ['a token that no URL carries as it is', ['--css-callback-tokens', 'canary/canary/canary']],
  ])('be given %s: exits with 2', async (_name, args) => {
    const { status, stdout, stderr } = await simulate(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('canary');
  });

  test('have keys, relay tasks and no token: exits with 2', async () => {
    const { status, stderr } = await simulate([], { CSS_CALLBACK_KEYS: 'canary' });
    expect(status).toBe(2);
    expect(stderr).toContain('--tasks: relay callbacks are not signed');
  });
});

test('simulate --help describes every flag, and which are variables too; other commands have their own', async () => {
  const { status, stdout } = await simulate(['--help']);
  expect(status).toBe(0);
  for (const flag of Object.keys(simulateFlags)) expect(stdout).toMatch(new RegExp(`^  --${flag}[ \n]`, 'm'));
  for (const variable of Object.keys(secrets)) expect(stdout).toMatch(new RegExp(`env:\\s+${variable}\\)`));
  expect(stdout).not.toContain('--data-dir');
  const rebuild = await runCommand(['rebuild', '--help']);
  expect(rebuild.stdout).toMatch(/--data-dir <value> [^]*env:\s+DATA_DIR\)/);
  expect(rebuild.stdout).not.toContain('--seed');
});
