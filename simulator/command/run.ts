import { systemClock } from '../../src/kernel/clock.ts';
import { barListener, hasSucceeded, jsonListener, resultOf, summaryOf } from './report.ts';
import { readSimulateSettings, type SecretParsers } from './settings.ts';
import { simulate } from './simulate.ts';

/**
 * The command `simulate`. The result goes to standard output. Progress goes to standard error if that is a terminal;
 * with `--json`, it goes to standard output too. Resolves with true if every callback was delivered and nothing
 * differs.
 * @throws SettingsInvalid, OperatorError
 */
export async function runSimulate(
  given: Readonly<Record<string, string | boolean | undefined>>,
  parsers: SecretParsers,
): Promise<boolean> {
  const settings = readSimulateSettings(given, parsers, systemClock());
  const printBar = (text: string) => process.stderr.isTTY && process.stderr.write(text);
  const result = await simulate(settings, settings.json ? jsonListener(printJson) : barListener(printBar));
  if (settings.json) printJson(resultOf(settings, result));
  else process.stdout.write(summaryOf(settings, result));
  return hasSucceeded(result);
}

function printJson(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
