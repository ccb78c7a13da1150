import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { endWith } from '../test/support/read-flags.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>['values'];

/** Reads the flags of a bench. With `--help`, and after a wrong flag, prints the comment at the top of its file instead, and ends. */
export function benchFlags<Given extends Options>(options: Given): Values<Given> {
  const isHelp = process.argv.includes('--help');
  try {
    if (!isHelp) return parseArgs({ options }).values;
  } catch {
    // What is wrong with it is seen beside the flags that there are.
  }
  return endWith(usage(options), isHelp ? 0 : 2);
}

function usage(options: Options): string {
  const [, comment = ''] = /^\/\*\*\n([^]*?)\*\//.exec(readFileSync(process.argv[1] ?? '', 'utf8')) ?? [];
  const flags = Object.entries(options).map(([name, { type, default: value }]) => {
    const given = value === undefined || value === '' ? '…' : String(value);
    return type === 'boolean' ? `[--${name}]` : `[--${name} ${given}]`;
  });
  return `${comment.replace(/^ \* ?/gm, '').trim()}\n\n${flags.join(' ')}\n`;
}
