import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { secretDigest } from '../../src/kernel/encoding.ts';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openSettingsReload, type SettingsReload } from '../../src/commands/serve/settings-reload.ts';
import { apiProtectionsOff } from '../../src/commands/serve/greeting.ts';
import { readReloadedSettings, readSettings, type Settings } from '../../src/settings/settings.ts';
import { reloadedNames, type Environment } from '../../src/settings/variables.ts';
import { askUntil } from '../support/ask-until.ts';
import { connectLive } from '../support/live-socket.ts';
import { endLedger, startLedger } from '../support/live-ledger-process.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { startApp } from '../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const [oldToken, newToken] = ['canary-of-the-old-token', 'canary-of-the-new-token'];

let folder: TemporaryFolder;
let reload: SettingsReload | null;
beforeEach(() => {
  folder = makeTemporaryFolder();
  reload = null;
});
afterEach(() => {
  reload?.close();
  folder.remove();
});

const fileOf = (name: string) => path.join(folder.path, name);
function write(name: string, text: string): string {
  writeFileSync(fileOf(name), text);
  return fileOf(name);
}

function open(environment: Environment): { settings: Settings; lines: readonly string[]; level: () => string } {
  const settings = readSettings({ DATA_DIR: folder.path, ...environment });
  const { logger, lines } = openRecordingLogger(settings.logLevel);
  reload = openSettingsReload({
    environment,
    files: [...reloadedNames.map((name) => `${name}_FILE` as const), 'ACCESS_FILE'],
    settings,
    read: (given) => ({ ...settings, ...readReloadedSettings(given) }),
    warnings: apiProtectionsOff,
    logger,
    everyMs: 20,
  });
  return { settings, lines, level: () => logger.level };
}
const until = (condition: () => boolean) => askUntil(() => Promise.resolve(condition()), Boolean);

describe('while the service runs, it reads again', () => {
  test('ACCESS_FILE, with a token whose last day is over at once', async () => {
    const withLastDay = (lastDay: string) =>
      JSON.stringify({ tokens: [{ name: 'anna', role: 'viewer', sha256: secretDigest('v1'), lastDay }] });
    const { settings, lines } = open({ ACCESS_FILE: write('access', withLastDay('2027-12-31')) });
    write('access', withLastDay('2020-12-31'));
    const expiresAtMs = Date.parse('2021-01-01T00:00:00Z');
    await until(() => JSON.stringify(settings.access).includes(String(expiresAtMs)));
    expect(lines.join('')).toContain('"changed":["access"]');
  });

  test('a file whose content was replaced', async () => {
    const { settings, lines } = open({ CSS_CALLBACK_TOKENS_FILE: write('tokens', oldToken) });
    write('next', `${oldToken}\n${newToken}\n`);
    renameSync(fileOf('next'), fileOf('tokens'));
    await until(() => settings.authenticity.tokens.length === 2);
    expect(settings.authenticity.tokens).toEqual([oldToken, newToken]);
    expect(lines.join('')).toContain('"changed":["authenticity"],"msg":"the settings were read again"');
    expect(lines.join('')).not.toContain('canary');
  });

  test('a file behind links that are exchanged, as Kubernetes does', async () => {
    for (const [version, token] of [
      ['..1', oldToken],
      ['..2', newToken],
    ] as const) {
      mkdirSync(fileOf(version));
      write(`${version}/tokens`, token);
    }
    symlinkSync('..1', fileOf('..data'));
    symlinkSync('..data/tokens', fileOf('tokens'));
    const { settings } = open({ CSS_CALLBACK_TOKENS_FILE: fileOf('tokens') });
    symlinkSync('..2', fileOf('..data_tmp'));
    renameSync(fileOf('..data_tmp'), fileOf('..data'));
    await until(() => settings.authenticity.tokens[0] === newToken);
  });

  test('the level of the log', async () => {
    const { level } = open({ LOG_LEVEL_FILE: write('level', 'info\n') });
    write('level', 'debug\n');
    await until(() => level() === 'debug');
  });

  test('all of them, on demand', () => {
    const { settings } = open({
      CSS_CALLBACK_KEYS_FILE: write('keys', 'k1'),
      API_TOKENS_FILE: write('api', 'viewer=v1'),
    });
    write('keys', 'k1,a.example=k2');
    write('api', 'operator=o1');
    reload?.reload();
    expect(settings.authenticity.keys.map(({ key }) => key)).toEqual(['k1', 'k2']);
    expect(settings.access).toMatchObject({ mode: 'tokens', tokens: parseApiTokens('operator=o1') });
  });
});

test.each([
  ['empty', (file: string) => writeFileSync(file, '')],
  ['gone', (file: string) => rmSync(file)],
  ['wrong', (file: string) => writeFileSync(file, 'canary')],
])('a file that is %s changes nothing, of the other files neither, and the log says so by its name', (_name, spoil) => {
  const { settings, lines, level } = open({
    CSS_CALLBACK_TOKENS_FILE: write('tokens', oldToken),
    API_TOKENS_FILE: write('api', 'viewer=canary-v1'),
    LOG_LEVEL_FILE: write('level', 'info'),
  });
  spoil(fileOf('tokens'));
  write('api', 'operator=canary-o1');
  write('level', 'debug');
  reload?.reload();
  expect(settings.authenticity.tokens).toEqual([oldToken]);
  expect(settings.access).toMatchObject({ tokens: [{ role: 'viewer' }] });
  expect(level()).toBe('info');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/"level":50.*"problems":\["CSS_CALLBACK_TOKENS_FILE: .*the ones before stay in use/);
  expect(lines[0]).not.toContain('canary');
});

test('tokens in use are the ones that were read last: for callbacks, GraphQL, and subscriptions that are open', async () => {
  const environment = {
    CSS_CALLBACK_TOKENS_FILE: write('tokens', oldToken),
    API_TOKENS_FILE: write('api', 'viewer=v1'),
  };
  const { settings } = open(environment);
  const { authenticity, access } = settings;
  const running = await startApp({ authenticity, access });
  try {
    const socket = await connectLive(running.app.url, 'Bearer v1');
    write('tokens', newToken);
    write('api', 'viewer=v2');
    reload?.reload();
    expect((await socket.closed()).code).toBe(1012);
    const statusFor = async (token: string) =>
      (await running.ask('{ __typename }', {}, { authorization: `Bearer ${token}` })).status;
    expect([await statusFor('v1'), await statusFor('v2')]).toEqual([401, 200]);
    await running.post({ event_type: 314 }, `/callbacks/css/${oldToken}`);
    await running.post({ event_type: 314 }, `/callbacks/css/${newToken}`);
    await running.projected();
    const { data } = await running.ask('{ callbacks { nodes { signature } } }', {}, { authorization: 'Bearer v2' });
    expect(data).toEqual({ callbacks: { nodes: [{ signature: 'TOKEN' }] } });
  } finally {
    await running.close();
  }
});

test('SIGHUP makes the process read them again', async () => {
  const level = write('level', 'info');
  const ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: fileOf('data'), LOG_LEVEL_FILE: level });
  try {
    await ledger.url();
    ledger.kill('SIGHUP');
    await ledger.printed(/"changed":\[\],"msg":"the settings were read again"/);
    ledger.kill('SIGTERM');
    expect(await ledger.ended()).toBe(0);
  } finally {
    await endLedger(ledger);
  }
});
