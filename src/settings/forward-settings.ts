import { readAllowedAddresses, readForwardFile, readForwardTo } from '../forwarding/read-targets.ts';
import type { ForwardSettings } from '../forwarding/forwarding.ts';
import { readTextFile, type SettingsReader } from './settings-reader.ts';
import type { VariableName } from './variables.ts';

/** Bytes of FORWARD_FILE or ALERTS_FILE: 256 targets with filters of about 500 domains each. */
const fileBytesMax = 4 * 1024 * 1024;

/** Reads the targets of FORWARD_TO or FORWARD_FILE, and adds every problem with them to the reader. */
export function readForwardSettings(
  reader: SettingsReader<VariableName>,
  textOf: (name: VariableName) => string,
): ForwardSettings {
  const allowed = reader.read('FORWARD_ALLOW', readAllowedAddresses, { loopback: true, private: true });
  const text = reader.read('FORWARD_FILE', (file) => (file === '' ? null : readSettingsFile(file)), null);
  if (textOf('FORWARD_FILE') !== '' && textOf('FORWARD_TO') !== '') {
    reader.addProblems(['FORWARD_FILE: is set beside FORWARD_TO; set one of them']);
  }
  const { targets, problems } =
    text === null ? readForwardTo(textOf('FORWARD_TO'), allowed) : readForwardFile(text, allowed);
  reader.addProblems(problems);
  return { targets, allowed };
}

/** The text of a JSON file with settings. @throws Error - why it can't be read, without the name of the setting */
export function readSettingsFile(file: string): string {
  return readTextFile(file, fileBytesMax);
}
