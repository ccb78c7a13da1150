import type { AlertSettings } from '../alerts/read-rules.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import type { AllowedAddresses } from '../forwarding/allowed-addresses.ts';
import { readAllowedAddresses } from '../forwarding/read-targets.ts';
import type { Command, GivenFlags } from './command-line.ts';
import { jsonFlag } from './command-output.ts';
import { readerOf } from '../settings/receiving-settings.ts';
import { readAlertSettings } from '../settings/settings.ts';
import { environmentWith, serviceFlags } from '../settings/variables.ts';

/** The flags of commands that read the rules. */
export const alertFlags = {
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
export function checkAlerts(given: GivenFlags): CheckedAlerts {
  const { textOf: textOfSetting, reader } = readerOf(environmentWith(given));
  if (textOfSetting('ALERTS_FILE') === '')
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
