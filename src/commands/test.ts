import { randomUUID } from 'node:crypto';
import { openAlertSender } from '../alerts/alert-sender.ts';
import type { AlertTarget } from '../alerts/alert-rule.ts';
import type { Attempt, PosterOptions } from '../forwarding/post.ts';
import { systemClock } from '../kernel/clock.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import { version } from '../kernel/version.ts';
import type { Command } from './command-line.ts';
import { jsonFlag, type CommandOutput } from './command-output.ts';
import { alertFlags, checkAlerts } from './check.ts';

/** `live-ledger alerts test`: sends one message to each target, and reports its outcome. */
export const alertsTestCommand: Command = {
  name: 'alerts test',
  meaning: 'send a test message to the targets of alerts',
  flags: {
    ...alertFlags,
    target: { fallback: '', meaning: 'name of the only target to send to' },
    json: { ...jsonFlag, meaning: 'what became of each message as JSON lines on standard output' },
  },
  async run(given, output) {
    const { alerts, allowed, problems } = checkAlerts(given);
    if (problems.length > 0) throw new SettingsInvalid(problems);
    const targets = alerts.targets.filter(({ name }) => given['target'] === undefined || given['target'] === name);
    if (targets.length === 0) throw new SettingsInvalid(['--target: there is no target of that name']);
    const options = { allowed, clock: systemClock, userAgent: `live-ledger/${version}` };
    let isTaken = true;
    for (const target of targets) {
      const outcome = await sendTest(target, options);
      isTaken &&= outcome.kind === 'DELIVERED';
      show(target, outcome, output);
    }
    return isTaken;
  },
};

async function sendTest(target: AlertTarget, options: PosterOptions): Promise<Attempt> {
  const sender = openAlertSender(target, options);
  const atMs = options.clock();
  const id = randomUUID();
  const alert = { id, key: 'test', beganAtMs: atMs, summary: 'This is a test: nothing is wrong.', facts: {} };
  try {
    const event = { rule: 'test', when: 'SERVICE', atMs, alerts: [alert] } as const;
    return await sender.sendMessage({ id, type: 'alert.test', event }, new AbortController().signal);
  } finally {
    await sender.close();
  }
}

function show({ name }: AlertTarget, outcome: Attempt, output: CommandOutput): void {
  const fault = outcome.kind === 'DELIVERED' ? null : outcome.fault;
  const sentence = `target ${name}: ${fault === null ? 'has taken the message' : `FAILED, ${fault}`}`;
  output.result(sentence, { target: name, taken: fault === null, fault });
}
