import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { alertsCheckCommand, alertsTestCommand } from '../../src/commands/alerts.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { runCommandLine } from '../../src/commands/command-line.ts';
import { webhookSecret } from '../alerts/alerts-files.ts';
import { openReceiver } from '../forwarding/receivers.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const target = { name: 'ops', url: 'https://ops.example/hook', secret: webhookSecret };

function fileWith(rule: object): string {
  const file = path.join(folder.path, 'alerts.json');
  writeFileSync(file, JSON.stringify({ targets: [target], rules: [{ name: 'held', when: 'QUARANTINE', ...rule }] }));
  return file;
}

/** Both channels together, as a terminal shows them. */
async function run(...args: string[]): Promise<{ status: number; output: string }> {
  let output = '';
  const spies = [process.stdout, process.stderr].map((channel) =>
    jest.spyOn(channel, 'write').mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    }),
  );
  try {
    return { status: await runCommandLine([alertsCheckCommand, alertsTestCommand], args), output };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test('alerts check names the rules and targets of a file that can be used, without its secrets', async () => {
  const { status, output } = await run('alerts', 'check', '--alerts-file', fileWith({}));
  expect([status, output]).toEqual([
    0,
    'rule held: QUARANTINE, to ops\nrule incidents: INCIDENT, to ops\ntarget ops: STANDARD\nThe rules can be used.\n',
  ]);
  const json = await run('alerts', 'check', '--json', '--alerts-file', fileWith({}));
  expect(JSON.parse(json.output)).toMatchObject({ rules: [{ name: 'held' }, { name: 'incidents' }], problems: [] });
});

test('alerts check reports what is wrong, as the service does at its start', async () => {
  const file = fileWith({ threshold: 0 });
  const problem = 'ALERTS_FILE: rules[0].threshold: must be a whole number from 1 to 20000';
  expect(await run('alerts', 'check', '--alerts-file', file)).toEqual({ status: 1, output: `${problem}\n` });
  expect(() => readSettings({ ALERTS_FILE: file })).toThrow(problem);
  const node = { ALERTS_FILE: fileWith({}), EVENT_STORE_URL: 'esdb://127.0.0.1:2113' };
  expect(readSettings(node).alerts.rules.map(({ name }) => name)).toEqual(['held', 'incidents']);
  expect(() => readSettings({ ...node, ROLES: 'receive' })).toThrow(
    'ROLES: only nodes with the role query have alerts; set ALERTS_FILE for these alone',
  );
});

test('alerts check names the line of each fault, in a file that is no JSON too', async () => {
  const file = path.join(folder.path, 'alerts.json');
  const lines = (text: string) => {
    writeFileSync(file, text);
    return run('alerts', 'check', '--alerts-file', file);
  };
  const given = { targets: [{ ...target, perMinute: 0 }], rules: [{ name: 'held', when: 'QUARANTINE', treshold: 5 }] };
  const wrong = await lines(
    JSON.stringify({ ...given, rules: [...given.rules, { name: 'x', when: 'NEVER' }] }, null, 2),
  );
  expect(wrong.status).toBe(1);
  const perMinute = 'line 7, targets[0].perMinute: must be a whole number from 1 to 600';
  expect(wrong.output.trimEnd().split('\n')).toEqual([
    `ALERTS_FILE: ${perMinute}`,
    expect.stringMatching(/^ALERTS_FILE: line 11, rules\[0\]: "treshold" is unknown; /),
    expect.stringMatching(/^ALERTS_FILE: line 18, rules\[1\]\.when: must be one of /),
  ]);

  // Two commas are missing, and nothing of the file is repeated.
  const broken = JSON.stringify(given, null, 2).replace('"name": "ops",', '"name": "ops"').replace('"held",', '"held"');
  const { status, output } = await lines(broken);
  expect([status, output.match(/line \d+(?=: no JSON)/g)]).toEqual([1, ['line 5', 'line 13']]);
  expect(output).not.toMatch(/ops|held|whsec/);
  expect((await lines('{\n  "rules": [],\n}')).output).toMatch(/^ALERTS_FILE: line 3: no JSON: a comma/);
});

test('a command with a name of two words needs the second one', async () => {
  expect(await run('alerts', 'canary')).toMatchObject({
    status: 2,
    output: expect.stringContaining('live-ledger alerts has no such command.') as unknown,
  });
  expect((await run('alerts', 'check')).output).toContain('ALERTS_FILE: must name the file with the rules');
  const wrong = 'alerts check has no flag --canary.\nSee: live-ledger alerts check --help\n';
  expect(await run('alerts', 'check', '--canary')).toEqual({ status: 2, output: wrong });
});

test('alerts test sends a message to each target, and says what became of it', async () => {
  const [good, bad] = [await openReceiver(), await openReceiver(() => ({ status: 200, body: '{"errcode":45009}' }))];
  const file = path.join(folder.path, 'alerts.json');
  const targets = [
    { ...target, url: good.url },
    { name: 'chat', url: `${bad.url}?key=canary`, format: 'WECOM' },
  ];
  writeFileSync(file, JSON.stringify({ targets, rules: [{ name: 'held', when: 'QUARANTINE' }] }));
  const test = ['alerts', 'test', '--forward-allow', 'loopback', '--alerts-file', file];
  expect(await run(...test)).toEqual({
    status: 1,
    output: 'target ops: has taken the message\ntarget chat: FAILED, REFUSED\n',
  });
  expect(good.requests.map(({ body }) => (JSON.parse(body.toString()) as { type: string }).type)).toEqual([
    'alert.test',
  ]);
  const one = await run(...test, '--target', 'ops', '--json');
  expect(one).toEqual({ status: 0, output: '{"target":"ops","taken":true,"fault":null}\n' });
  await Promise.all([good.close(), bad.close()]);
});
