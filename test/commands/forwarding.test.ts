import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { readForwardFile } from '../../src/forwarding/read-targets.ts';
import { openReceiver, type Receiver } from '../forwarding/receivers.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { endLedger, startLedger } from '../support/live-ledger-process.ts';
import { runCommand } from '../support/run-command.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let targetStatus = 200;
let receiver: Receiver;
let running: RunningApp;
beforeAll(async () => {
  receiver = await openReceiver(() => targetStatus);
  const allowed = { loopback: true, private: false };
  const { targets } = readForwardFile(JSON.stringify({ targets: [{ name: 'one', url: receiver.url }] }), allowed);
  running = await startApp({
    forward: { targets, allowed },
    access: { mode: 'tokens', tokens: parseApiTokens('operator=o1,admin=a1') },
  });
});
afterAll(async () => {
  await running.close();
  await receiver.close();
});

async function forwarding(args: readonly string[], token = 'o1', url = running.app.url) {
  const { status, ...printed } = await runCommand(['forwarding', ...args, '--url', url], { LIVE_LEDGER_TOKEN: token });
  return { code: status, ...printed };
}

/** The same as a process of its own. */
async function forwardingAside(args: readonly string[], token = 'o1', url = running.app.url) {
  const command = startLedger(['forwarding', ...args, '--url', url], { LIVE_LEDGER_TOKEN: token });
  try {
    const code = await command.ended();
    return { code, stdout: command.stdout(), stderr: command.stderr() };
  } finally {
    await endLedger(command);
  }
}
const onOne = async (...args: string[]) => {
  const { code, stdout } = await forwarding([...args, '--target', 'one', '--json']);
  return { code, ...(JSON.parse(stdout) as { state: string; setAsideTotal: number }) };
};

test('lists, pauses, resumes, replays and skips as an operator does by the API', async () => {
  await running.post(pushBody({ sequence: '1' }));
  await receiver.arrived(1);
  // The target has it before its answer counts.
  await askUntil(
    () => forwarding(['list']),
    ({ stdout }) => stdout.includes('everything is done'),
  );
  expect(await forwardingAside(['list'])).toEqual({
    code: 0,
    stdout: 'one: RUNNING, everything is done\n',
    stderr: '',
  });
  const paused = { code: 0, name: 'one', state: 'PAUSED', isActiveHere: true };
  expect(await onOne('pause', '--reason', 'they move')).toMatchObject(paused);
  await running.projected();
  const entries = '{ audit(filter: { action: { eq: PAUSE_FORWARDING } }) { nodes { reason } } }';
  const { data } = await running.ask(entries, {}, { authorization: 'Bearer a1' });
  expect(data).toEqual({ audit: { nodes: [{ reason: 'they move' }] } });
  expect(await onOne('resume')).toMatchObject({ code: 0, state: 'RUNNING' });
  expect(await onOne('replay', '--from-time', '2000-01-01T00:00:00Z')).toMatchObject({ code: 0 });
  await receiver.arrived(2);

  targetStatus = 500;
  await running.post(pushBody({ sequence: '2' }));
  await receiver.arrived(3);
  while ((await onOne('skip')).setAsideTotal === 0);
  const { stdout, code } = await forwarding(['list']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'one: RUNNING, everything is done, last failure HTTP_5XX, 1 set aside\n',
  });
});

test('says why it was refused or can not be done: exit status 1; and what is missing: 2', async () => {
  const outcomes = await Promise.all([
    forwardingAside(['pause', '--target', 'CANARY']),
    forwarding(['list'], 'CANARY'),
    forwarding(['list'], 'o1', 'http://127.0.0.1:1/CANARY'),
    forwarding(['replay', '--target', 'one', '--after', 'CANARY']),
    forwarding(['replay', '--target', 'one']),
    forwarding(['pause']),
    forwardingAside(['CANARY']),
  ]);
  expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1, 1, 2, 2, 2]);
  expect(outcomes.every(({ stdout }) => stdout === '')).toBe(true);
  expect(outcomes.map(({ stderr }) => stderr).join('')).not.toContain('CANARY');
  expect(outcomes[0].stderr).toContain('forwardTargets lists them');
});
