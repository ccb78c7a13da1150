import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServiceClient, parameterOf, queryCommand, tableFlags } from '../../src/commands/service-client.ts';
import { createCommandOutput } from '../../src/commands/command-line.ts';
import { ledgerSchema } from '../../src/api/schema.ts';
import { parametersOf } from '../../src/api/export/table-request.ts';
import { tablesOf } from '../../src/api/export/tables.ts';
import { alterLogFile } from '../support/alter-log-file.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { endLedger, program, startLedger } from '../support/live-ledger-process.ts';
import { runCommand } from '../support/run-command.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProgram } from '../support/started-process.ts';
import { testWith } from '../support/test-with.ts';

/** More than one page. */
const callbacks = 250;

const output = createCommandOutput(false);
let nowMs = Date.parse('2026-10-25T12:00:00.700Z');
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({
    clock: () => nowMs,
    access: { mode: 'tokens', tokens: parseApiTokens('viewer=v1') },
  });
  await Promise.all(
    Array.from({ length: callbacks }, (_, index) => running.post(pushBody({ sequence: String(1_000 + index) }))),
  );
  await running.projected();
  // The second in which they arrived has to have passed before statistics count it.
  nowMs += 1_000;
});
afterAll(() => running.close());

async function query(...args: string[]) {
  const command = startLedger(['query', '--url', running.app.url, ...args], { LIVE_LEDGER_TOKEN: 'v1' });
  try {
    const code = await command.ended();
    return { code, stdout: command.stdout(), stderr: command.stderr() };
  } finally {
    await endLedger(command);
  }
}

/** The same in the process of the test. */
async function queryHere(...args: string[]) {
  const { status: code, ...printed } = await runCommand(['query', '--url', running.app.url, ...args], {
    LIVE_LEDGER_TOKEN: 'v1',
  });
  return { code, ...printed };
}

test('every parameter of every table is a flag', () => {
  const parameters = [...tablesOf(ledgerSchema()).values()].flatMap((table) => parametersOf(table));
  expect(Object.keys(tableFlags).map(parameterOf).sort()).toEqual([...new Set(parameters)].sort());
});

test('writes a table as the service sends it, and exits with 0', async () => {
  const [csv, lines] = await Promise.all([
    query(
      '--list',
      'streamSessions',
      '--csv',
      '--fields',
      'sequence,state',
      '--filter',
      '{"sequence":{"in":["1000","1249"]}}',
    ),
    query(
      '--list',
      'callbackStatistics',
      '--from',
      '2018-01-01T00:00:00Z',
      '--to',
      '2100-01-01T00:00:00Z',
      '--group-by',
      'EVENT_TYPE',
      '--fields',
      'eventType,callbacks',
    ),
  ]);
  expect(csv).toEqual({ code: 0, stderr: '', stdout: 'sequence,state\r\n1249,LIVE\r\n1000,SUPERSEDED\r\n' });
  expect(lines).toEqual({ code: 0, stderr: '', stdout: `{"eventType":1,"callbacks":${callbacks}}\n` });
});

test('passes on every other parameter too', async () => {
  const [oldest, hours, sheet] = await Promise.all([
    queryHere(
      ...['--list', 'streamSessions', '--order-by', '{"field":"LAST_CHANGED","direction":"ASC"}', '--first', '1'],
      ...['--fields', 'sequence', '--token', 'v1'],
    ),
    queryHere(
      ...['--list', 'callbackStatistics', '--from', '2026-10-25T00:00:00Z', '--to', '2026-10-26T00:00:00Z'],
      ...['--group-by', 'HOUR', '--time-zone', 'Europe/Berlin', '--fields', 'callbacks'],
    ),
    queryHere('--list', 'streamSessions', '--csv', '--for', 'spreadsheet', '--first', '1', '--fields', 'startedAt'),
  ]);
  expect(oldest).toEqual({ code: 0, stderr: '', stdout: '{"sequence":"1000"}\n' });
  expect(hours).toEqual({ code: 0, stderr: '', stdout: `{"callbacks":${callbacks}}\n` });
  expect(sheet).toMatchObject({ code: 0, stdout: expect.stringContaining('\uFEFFstartedAt (UTC)\r\n') });
  // What is wrong with them is named, so they arrived.
  const [gap, silent] = await Promise.all([
    queryHere('--list', 'broadcasts', '--gap-max-seconds', 'S3CRET'),
    queryHere('--list', 'missingCallbacks', '--silent-after-seconds', '0'),
  ]);
  expect(gap).toMatchObject({ code: 1, stderr: expect.stringContaining('gapMaxSeconds') });
  expect(silent).toMatchObject({ code: 1, stderr: expect.stringContaining('silentAfterSeconds') });
});

test('says why it was refused, and what was cut off, and exits with 1', async () => {
  alterLogFile(running.dataDir, `UPDATE events SET data = CAST('{}' AS BLOB) WHERE position = 2`);
  const [refused, cut] = await Promise.all([
    query('--list', 'concurrency', '--from', 'S3CRET', '--to', '2100-01-01T00:00:00Z', '--step-seconds', '60'),
    query('--list', 'callbacks', '--fields', 'body'),
  ]);
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/\$from.*\(BAD_USER_INPUT, request/),
  });
  expect(refused.stderr).not.toContain('S3CRET');
  expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('is not complete') });
  expect(cut.stdout.split('\n').length).toBeGreaterThan(100);
});

test('a wrong flag, and a service that is not there', async () => {
  await expect(queryCommand.run({ list: '../x', url: 'file:///' }, output)).rejects.toMatchObject({
    problems: [expect.stringContaining('--list'), expect.stringContaining('--url')],
  });
  await expect(queryCommand.run({ list: 'callbacks', url: 'http://127.0.0.1:1' }, output)).rejects.toThrow(
    'No service answers',
  );
});

test('what is no table of a service is not written as one: the page of another program is refused', async () => {
  const other = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html>');
  }).listen(0, '127.0.0.1');
  try {
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(queryCommand.run({ list: 'callbacks', url: `http://127.0.0.1:${port}` }, output)).rejects.toThrow(
      'The server at --url is not a Live Ledger',
    );
  } finally {
    other.close();
  }
});

test('a URL and a token that a request cannot have are named, and the service is not blamed for them', async () => {
  const url = running.app.url;
  for (const flags of [
    { url: `${url}/?first=1` },
    { url: `${url}#top` },
    { url: url.replace('//', '//me:S3CRET@') },
    { url, token: 'viewer=v1\noperator=S3CRET' },
    { url, token: 'S3CRET€' },
  ]) {
    const [flag] = Object.keys(flags).slice(-1);
    const refusal = { problems: [expect.stringMatching(new RegExp(`^--${flag}((?!S3CRET).)*$`))] };
    await expect(queryCommand.run({ list: 'callbacks', ...flags }, output)).rejects.toMatchObject(refusal);
    expect(() => createServiceClient(flags)).toThrow(expect.objectContaining(refusal));
  }
});

testWith('a device that is always full', existsSync('/dev/full'))(
  'standard output that cannot be written is named, and exits with 1',
  async () => {
    const flags = ['--url', running.app.url, '--list', 'callbacks', '--token', 'v1'];
    const toFull = ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, program, 'query', ...flags];
    const command = startProgram('sh', toFull);
    expect(await command.ended()).toBe(1);
    expect(command.stderr()).toBe("Standard output can't be written: ENOSPC. What was written is not complete.\n");
  },
);
