import { parseArgs } from 'node:util';

/** Reads the flags of a program that is run by hand. With `--help` it prints the usage and ends; after a wrong flag too, with status 2. */
export function readFlags<Name extends string>(
  usage: string,
  defaults: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const given: Record<string, string | boolean | undefined> = valuesOf(Object.keys(defaults)) ?? endWith(usage, 2);
  if (given['help'] === true) endWith(usage, 0);
  return { ...defaults, ...given };
}

/** Null if a flag is none of these. */
function valuesOf(names: readonly string[]): Record<string, string | boolean | undefined> | null {
  const text: Record<string, { type: 'string' }> = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  try {
    return parseArgs({ options: { ...text, help: { type: 'boolean' } } }).values;
  } catch {
    return null;
  }
}

/** Prints the usage, and ends the process. */
export function endWith(usage: string, status: 0 | 2): never {
  (status === 0 ? process.stdout : process.stderr).write(usage);
  process.exit(status);
}
