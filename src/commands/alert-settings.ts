import { noAlerts, readAlertsFile, type AlertSettings } from '../alerts/rules/read-rules.ts';
import type { AllowedAddresses } from '../forwarding/allowed-addresses.ts';
import type { SettingsReader } from '../kernel/settings-reader.ts';
import { readSettingsFile } from './forward-settings.ts';
import type { VariableName } from './variables.ts';

/** The rules of ALERTS_FILE; every problem with them goes to the reader. */
export function readAlertSettings(reader: SettingsReader<VariableName>, allowed: AllowedAddresses): AlertSettings {
  const text = reader.read('ALERTS_FILE', (file) => (file === '' ? null : readSettingsFile(file)), null);
  if (text === null) return noAlerts;
  const { alerts, problems } = readAlertsFile(text, allowed);
  reader.addProblems(problems.map((problem) => `ALERTS_FILE: ${problem}`));
  return alerts;
}
