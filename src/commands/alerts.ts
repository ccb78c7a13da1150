import { randomUUID } from 'node:crypto';

import { openAlertSender, type AlertTarget } from '../alerts/alert-messages.ts';
import type { AlertSettings } from '../alerts/alerts-file.ts';
import type { AllowedAddresses, Attempt, PosterOptions } from '../forwarding/post.ts';
import { readAllowedAddresses } from '../forwarding/read-targets.ts';
import { systemClock } from '../kernel/clock.ts';
import { version } from '../kernel/this-process.ts';
import { readerOf } from '../settings/receiving-settings.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import { readAlertSettings } from '../settings/settings.ts';
import { environmentWith, serviceFlags } from '../settings/variables.ts';
import { type Command, type GivenFlags, jsonFlag, type CommandOutput } from './command-line.ts';

/** The flags of commands that read the rules. */
const alertFlags = {
  'alerts-file': serviceFlags['alerts-file'],
  'forward-allow': serviceFlags['forward-allow'],
} as Command['flags'];

/** `live-ledger alerts check`: reads the rules as `serve` does. Nothing is sent. */
export const alertsCheckCommand: Command = {
  name: 'alerts check',
  meaning: 'check the file with rules of alerts; nothing is sent',
  flags: { ...alertFlags, json: { ...jsonFlag, meaning: 'what was found as JSON on standard output' } },
  run(given, output) {
    const { alerts, problems } = checkAlerts(given);
    output.result(textOf(alerts, problems), fieldsOf(alerts, problems));
    return Promise.resolve(problems.length === 0);
  },
};

/** The rules as `serve` would read them. */
interface CheckedAlerts {
  readonly alerts: AlertSettings;
  readonly allowed: AllowedAddresses;
  readonly problems: readonly string[];
}

/** @throws SettingsInvalid - no file was given, or FORWARD_ALLOW is wrong */
function checkAlerts(given: GivenFlags): CheckedAlerts {
  const reader = readerOf(environmentWith(given));
  if (reader.textOf('ALERTS_FILE') === '')
    throw new SettingsInvalid(['ALERTS_FILE: must name the file with the rules']);
  const allowed = reader.read('FORWARD_ALLOW', readAllowedAddresses, { loopback: false, private: false });
  reader.assertValid();
  const alerts = readAlertSettings(reader, allowed);
  try {
    reader.assertValid();
    return { alerts, allowed, problems: [] };
  } catch (error) {
    return { alerts, allowed, problems: (error as SettingsInvalid).problems };
  }
}

function fieldsOf({ rules, targets }: AlertSettings, problems: readonly string[]) {
  return {
    rules: rules.map(({ name, when }) => ({ name, when })),
    targets: targets.map(({ name, format }) => ({ name, format })),
    problems,
  };
}

function textOf({ rules, targets }: AlertSettings, problems: readonly string[]): string {
  if (problems.length > 0) return problems.join('\n');
  const lines = rules.map(({ name, when, targets: to }) => `rule ${name}: ${when}, to ${to.join(', ')}`);
  lines.push(...targets.map(({ name, format }) => `target ${name}: ${format}`));
  return [...lines, 'The rules can be used.'].join('\n');
}

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
