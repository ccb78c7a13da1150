import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { commands } from '../../src/commands/program.ts';
import { serviceFlags } from '../../src/commands/variables.ts';

/** The table of docs/commands.md: what it says of each command. */
const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| `([a-z -]+)` \|([^|]*)\|/gm)].map(([, name = '', flags = '']) => [name, flags]),
);

test('docs/commands.md lists every command, and no other', () => {
  expect([...rows.keys()].sort()).toEqual(commands.map(({ name }) => name).sort());
});

describe.each(commands.filter(({ name }) => name !== 'simulate'))('$name', ({ name, flags }) => {
  test('has the flags that the page gives it', () => {
    const documented = [...(rows.get(name) ?? '').matchAll(/`--([a-z-]+)`/g)].map(([, flag = '']) => flag);
    expect(documented.sort()).toEqual(
      Object.keys(flags)
        .filter((flag) => !(flag in serviceFlags))
        .sort(),
    );
  });
});
