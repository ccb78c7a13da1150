import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { existsSync } from 'node:fs';
import { commands } from '../../src/commands/program.ts';
import { variables } from '../../src/settings/variables.ts';
import { readOpenFilesMax, version } from '../../src/kernel/this-process.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import {
  endLedger,
  ledgerOf,
  patientStop,
  program,
  startLedger,
  type LedgerProcess,
} from '../support/live-ledger-process.ts';
import { runCommand } from '../support/run-command.ts';
import { startProgram } from '../support/started-process.ts';
import { exchange, openRawConnection, postHead, statusOf } from '../support/raw-http.ts';
import { readSample } from '../support/samples.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { testWith } from '../support/test-with.ts';

// A process takes a second to begin; a machine that does much else, several.
const push = readSample('push');

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

function serve(environment: Readonly<Record<string, string>> = {}, args: readonly string[] = []): LedgerProcess {
  return run(['serve', ...args], { PORT: '0', DATA_DIR: folder.path, ...environment });
}

async function postPush(url: string, route = '/callbacks/css'): Promise<number> {
  return (await fetch(`${url}${route}`, { method: 'POST', body: push.toString() })).status;
}

describe('serve without any setting', () => {
  let own: TemporaryFolder;
  let ledger: LedgerProcess;
  beforeAll(() => {
    own = makeTemporaryFolder();
    ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: own.path });
  });
  afterAll(async () => {
    await endLedger(ledger);
    own.remove();
  });

  test('prints where it listens, its routes and the log in use, on standard error', async () => {
    const url = await ledger.url();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    await ledger.printed(/Log: /);
    expect(ledger.stderr()).toContain(`POST ${url}/callbacks/css `);
    expect(ledger.stderr()).toContain(`POST ${url}/callbacks/css/<token> `);
    expect(ledger.stderr()).toContain(`POST ${url}/graphql `);
    expect(ledger.stderr()).toContain(`GET  ${url}/ `);
    expect(ledger.stderr()).toContain(`Log: sqlite: in ${own.path}\n`);
  });

  test('records a callback and tells it', async () => {
    const url = await ledger.url();
    expect(await postPush(url)).toBe(200);
    await projectionCaughtUp(url);
    expect(await askLedger(url, '{ streamSession(sequence: "6674468118806626493") { state } }')).toEqual({
      streamSession: { state: 'LIVE' },
    });
  });

  test('takes a callback by HTTP/1.0, which needs no header Host', async () => {
    const request = 'POST /callbacks/css HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}';
    expect(statusOf(await exchange(await ledger.url(), request))).toBe(200);
  });

  test('warns of each protection that is off', async () => {
    await ledger.printed(/Neither CSS_CALLBACK_KEYS nor CSS_CALLBACK_TOKENS is set/);
    await ledger.printed(/API_TOKENS is not set: GraphQL answers everyone/);
  });
});

describe('serve', () => {
  test('takes every setting as a flag too, and a flag before the environment', async () => {
    const other = path.join(folder.path, 'other');
    const ledger = serve({ LOG_LEVEL: 'nonsense' }, ['--data-dir', other, '--log-level', 'info']);
    await ledger.printed(/Log: sqlite: in .*other/);
    expect(existsSync(path.join(other, 'log.sqlite'))).toBe(true);
  });

  const limitTest = testWith('/proc/self/limits (Linux)', readOpenFilesMax() !== null);
  limitTest('warns where the limit of open files allows fewer connections than are set', async () => {
    const ledger = serve({ LIVE_CONNECTIONS_MAX: '2000000000' });
    const [, line = ''] = await ledger.printed(/^(.*the limit of open files allows fewer connections.*)\n/m);
    expect(JSON.parse(line)).toMatchObject({ level: 40, openFilesMax: expect.any(Number) });
  });

  test('takes callbacks while others keep more connections open than files may be', async () => {
    const limited = ['-c', 'ulimit -n 200; exec "$0" "$@"', process.execPath, program, 'serve'];
    const ledger = ledgerOf(startProgram('sh', limited, { PORT: '0', DATA_DIR: folder.path }));
    started.push(ledger);
    const port = Number(new URL(await ledger.url()).port);
    const sockets = Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    try {
      for (const socket of sockets) socket.write('POST /callbacks/css HTTP/1.1\r\n');
      const post = () => postPush(`http://127.0.0.1:${port}`);
      // While all of them are being accepted, files may run out for a moment, and a connection is lost.
      await askUntil(
        () => Promise.race([post().catch(() => 0), pause(1_000, 0)]),
        (status) => status === 200,
      );
      for (let count = 0; count < 10; count += 1) expect(await post()).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  test('warns that relay callbacks will be quarantined where there are keys and no tokens', async () => {
    const ledger = serve({ CSS_CALLBACK_KEYS: 'k1', API_TOKENS: 'viewer=v1' });
    await ledger.printed(/CSS_CALLBACK_TOKENS is not set: relay callbacks are not signed.*quarantined/);
    expect(ledger.stdout()).not.toMatch(/Neither|API_TOKENS/);
  });

  test('warns of nothing where all protections are on, and prints none of its secrets', async () => {
    const ledger = serve({
      CSS_CALLBACK_KEYS: 'canary-key',
      CSS_CALLBACK_TOKENS: 'canary-token-of-the-url',
      API_TOKENS: 'operator=canary-api-token',
    });
    const url = await ledger.url();
    expect(await postPush(url)).toBe(200);
    await ledger.printed(/callbacks are kept in quarantine/);
    expect(await postPush(url, '/callbacks/css/canary-token-of-the-url')).toBe(200);
    ledger.kill('SIGTERM');
    expect(await ledger.ended()).toBe(0);
    expect(ledger.stdout()).not.toMatch(/is not set/);
    expect(ledger.stdout() + ledger.stderr()).not.toContain('canary');
  });
});

describe('serve with wrong settings', () => {
  test('reports all of them at once by name, without the values of secrets, and exits with 2', async () => {
    const ledger = serve({
      PORT: '65536',
      TRUST_PROXY: '10.0.0.1,canary-proxy',
      CSS_CALLBACK_KEYS: 'canary-key,=canary-of-no-domain',
      CSS_CALLBACK_TOKENS: 'canary',
      API_TOKENS: 'owner=canary-api-token',
      CORS_ORIGINS: '*',
      LOG_LEVEL: 'loud',
    });
    expect(await ledger.ended()).toBe(2);
    expect(ledger.stdout()).toBe('');
    expect(ledger.stderr().split('\n')).toEqual([
      'These settings are wrong:',
      expect.stringMatching(/^ {2}API_TOKENS: entry 1 /),
      expect.stringMatching(/^ {2}CSS_CALLBACK_TOKENS: entry 1 /),
      expect.stringMatching(/^ {2}CSS_CALLBACK_KEYS: entry 2 /),
      expect.stringMatching(/^ {2}LOG_LEVEL: must be one of /),
      expect.stringMatching(/^ {2}PORT: must be a number from 0 to 65535$/),
      expect.stringMatching(/^ {2}TRUST_PROXY: entry 2 /),
      expect.stringMatching(/^ {2}CORS_ORIGINS: entry 1 is \*/),
      '',
    ]);
    expect(ledger.stderr()).not.toContain('canary');
    expect(existsSync(path.join(folder.path, 'log.sqlite'))).toBe(false);
  });

  test('that only the reader uses ends before it listens, and begins no log', async () => {
    const ledger = serve({ STATISTICS_MAX_MS: '5' });
    expect(await ledger.ended()).toBe(2);
    expect(ledger.stderr()).toBe(
      'These settings are wrong:\n  STATISTICS_MAX_MS: must be milliseconds, 1000 to 60000\n',
    );
    expect(ledger.stdout()).not.toContain('listening');
    expect(existsSync(path.join(folder.path, 'log.sqlite'))).toBe(false);
  });

  test.each([
    [['--no-such-flag', 'x'], 'serve has no flag --no-such-flag.'],
    [['--no-such-flag=x'], 'serve has no flag --no-such-flag.'],
    [['-x'], 'serve has no flag -x.'],
    [['--port'], '--port needs a value. One that begins with "-" is written --port=<value>.'],
    [['--host', '--port', '1'], '--host needs a value. One that begins with "-" is written --host=<value>.'],
    [['again'], 'serve takes flags only. Put quotes around a value with blanks.'],
  ])('refuses the flags %j, and names the help', async (args, message) => {
    const { status, stderr } = await runCommand(['serve', ...args]);
    expect(status).toBe(2);
    expect(stderr).toBe(`${message}\nSee: live-ledger serve --help\n`);
  });
});

describe('serve where it can not', () => {
  test('a second process on the same DATA_DIR exits with 1 and says why; the first goes on', async () => {
    const url = await serve().url();
    const second = serve();
    expect(await second.ended()).toBe(1);
    expect(second.stderr()).toBe(
      `DATA_DIR ${folder.path} is in use by another Live Ledger process. Stop that one, or choose another DATA_DIR.\n`,
    );
    expect(await postPush(url)).toBe(200);
  });

  (existsSync('/proc/self') ? test : test.skip)(
    'a DATA_DIR that can not be made: exits with 1 and says so',
    async () => {
      const ledger = serve({ DATA_DIR: '/proc/x' });
      expect(await ledger.ended()).toBe(1);
      expect(ledger.stderr()).toMatch(/^DATA_DIR \/proc\/x cannot be created: .* Set it to a folder .*\n$/);
    },
  );

  test('a port in use: exits with 1, says which, and leaves the directory free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const port = String((other.address() as AddressInfo).port);
    const ledger = serve({ PORT: port });
    expect(await ledger.ended()).toBe(1);
    expect(ledger.stderr()).toContain(`127.0.0.1:${port}`);
    expect(ledger.stderr()).not.toMatch(/\n {4}at /);
    await new Promise((resolve) => other.close(resolve));
    await serve().url();
  });
});

describe('serve that is stopped', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('answers what is open, then exits with 0: %s', async (signal) => {
    const ledger = serve(patientStop);
    const url = await ledger.url();
    const open = await openRawConnection(url);
    open.socket.write(postHead('/callbacks/css', push.length, ['expect: 100-continue']));
    await open.until('100 Continue');
    open.socket.write(push.subarray(0, 100));
    ledger.kill(signal);
    await ledger.printed(/stopping: open requests are answered first/);
    open.socket.write(push.subarray(100));
    expect(await open.ended()).toMatch(/HTTP\/1\.1 200 OK[^]*\{"code":0\}$/);
    expect(await ledger.ended()).toBe(0);

    const again = await serve().url();
    await projectionCaughtUp(again);
    const shown = await askLedger<{ callbacks: { nodes: unknown[] } }>(again, '{ callbacks { nodes { deliveries } } }');
    expect(shown.callbacks.nodes).toEqual([{ deliveries: 1 }]);
  });

  test('does not wait for connections that are silent, or idle behind a request', async () => {
    const ledger = serve();
    const url = await ledger.url();
    const [silent, idle] = [await openRawConnection(url), await openRawConnection(url)];
    idle.socket.write('GET /nowhere HTTP/1.1\r\nhost: ledger\r\n\r\n');
    await idle.until('404');
    ledger.kill('SIGTERM');
    expect(await ledger.ended()).toBe(0);
    expect(await silent.ended()).toBe('');
    await idle.ended();
  });
});

describe('the command line', () => {
  test('--version prints the version of the package and exits with 0', async () => {
    const ledger = run(['--version']);
    expect(await ledger.ended()).toBe(0);
    expect([ledger.stdout(), ledger.stderr()]).toEqual([`${version}\n`, '']);
  });

  test.each([['--help'], ['-h'], ['help']])('%s lists the commands', async (...args) => {
    const { status, stdout } = await runCommand(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: live-ledger /);
    const names = commands.map(({ name }) => name.split(' ')[0]);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test('serve --help describes every setting as a flag and as a variable, and starts nothing', async () => {
    const ledger = serve({}, ['--help']);
    expect(await ledger.ended()).toBe(0);
    for (const variable of Object.keys(variables)) {
      const flag = variable.toLowerCase().replaceAll('_', '-');
      expect(ledger.stdout()).toMatch(new RegExp(`^  --${flag} <value> [^]*?env:\\s+${variable}\\)$`, 'm'));
    }
    expect(existsSync(path.join(folder.path, 'log.sqlite'))).toBe(false);
  });

  test.each([
    [['no-such-command'], 'live-ledger has no command no-such-command.\n\n'],
    [[], ''],
    [['--port', '1'], 'live-ledger has no flag --port.\n\n'],
    [['toString'], 'live-ledger has no command toString.\n\n'],
    [['help', 'no-such-command'], ''],
  ])('%j is no command: names it, and prints the usage', async (args: string[], message) => {
    const { status, stdout, stderr } = await runCommand(args);
    expect(status).toBe(2);
    expect(stderr.slice(0, message.length)).toBe(message);
    expect(stderr.slice(message.length)).toMatch(/^Usage: live-ledger /);
    expect(stdout).toBe('');
  });

  test('what is no command ends the process with 2', async () => {
    const ledger = run(['no-such-command']);
    expect(await ledger.ended()).toBe(2);
    expect(ledger.stderr()).toMatch(/^live-ledger has no command no-such-command\.\n/);
  });
});
