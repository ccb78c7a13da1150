import type { ParseArgsConfig } from 'node:util';

/** A flag of a command as its help tells it. */
export interface Flag {
  /** Null: it takes no value. */
  readonly fallback: string | null;
  readonly meaning: string;
  /** Whether it is also an environment variable: `--data-dir` is DATA_DIR. Secrets are better given so. */
  readonly isVariable: boolean;
}

export type Flags = Readonly<Record<string, Flag>>;

export function parseOptionsOf(flags: Flags): NonNullable<ParseArgsConfig['options']> {
  const options = Object.entries(flags).map(([name, { fallback }]) => {
    return [name, { type: fallback === null ? ('boolean' as const) : ('string' as const) }] as const;
  });
  return { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } };
}

export function helpOf(flags: Flags): string {
  const lines = Object.entries(flags).map(([name, { fallback, meaning, isVariable }]) => {
    const variable = isVariable ? `, ${variableOf(name)}` : '';
    const standard = fallback === null || fallback === '' ? '' : ` (${fallback})`;
    return `  --${name}${variable}${standard}\n      ${meaning}\n`;
  });
  return lines.join('');
}

/** Flags for environment variables of the same name. */
export function flagsOfVariables(
  variables: Readonly<Record<string, { readonly fallback: string; readonly meaning: string }>>,
): Flags {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [flagOf(name), { ...variable, isVariable: true }]),
  );
}

export function variableOf(flag: string): string {
  return flag.toUpperCase().replaceAll('-', '_');
}

function flagOf(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}
