import { readFileSync, statSync } from 'node:fs';
import { readAllowedAddresses, readForwardFile, readForwardTo } from '../forwarding/read-targets.ts';
import type { ForwardSettings } from '../forwarding/forwarding.ts';
import type { SettingsReader } from '../kernel/settings-reader.ts';
import type { VariableName } from './variables.ts';

/** Bytes of FORWARD_FILE: 32 targets with filters of a thousand domains each. */
const fileBytesMax = 4 * 1024 * 1024;

/** The targets of FORWARD_TO or FORWARD_FILE; every problem with them goes to the reader. */
export function readForwardSettings(
  reader: SettingsReader<VariableName>,
  textOf: (name: VariableName) => string,
): ForwardSettings {
  const allowed = reader.read('FORWARD_ALLOW', readAllowedAddresses, { loopback: true, private: true });
  const text = reader.read('FORWARD_FILE', (file) => (file === '' ? null : readFile(file)), null);
  if (textOf('FORWARD_FILE') !== '' && textOf('FORWARD_TO') !== '') {
    reader.addProblems(['FORWARD_FILE: is set beside FORWARD_TO; set one of them']);
  }
  const { targets, problems } =
    text === null ? readForwardTo(textOf('FORWARD_TO'), allowed) : readForwardFile(text, allowed);
  reader.addProblems(problems);
  return { targets, allowed };
}

function readFile(file: string): string {
  let size: number;
  try {
    ({ size } = statSync(file));
    if (size <= fileBytesMax) return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`the file can not be read: ${String((error as NodeJS.ErrnoException).code)}`, { cause: error });
  }
  throw new Error(`the file has more than ${fileBytesMax} bytes`);
}
