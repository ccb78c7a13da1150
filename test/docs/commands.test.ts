import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands } from '../../src/commands/program.ts';
import { defaultLogLevel, defaultPrefix, serviceFlags, variables } from '../../src/settings/variables.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const filesIn = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file));

/** The table of docs/commands.md: what it says of each command. */
const rows = new Map(
  [...textOf('docs/commands.md').matchAll(/^\| `([a-z -]+)` \|([^|]*)\|/gm)].map(([, name = '', flags = '']) => [
    name,
    flags,
  ]),
);
const ownFlagsOf = ({ flags }: (typeof commands)[number]) =>
  Object.keys(flags)
    .filter((flag) => !(flag in serviceFlags))
    .sort();

test('docs/commands.md lists every command, and no other', () => {
  expect([...rows.keys()].sort()).toEqual(commands.map(({ name }) => name).sort());
});

describe.each(commands.filter(({ name }) => name !== 'simulate'))('$name', (command) => {
  test('has the flags that the page gives it', () => {
    const documented = [...(rows.get(command.name) ?? '').matchAll(/`--([a-z-]+)`/g)].map(([, flag = '']) => flag);
    expect(documented.sort()).toEqual(ownFlagsOf(command));
  });

  test('has tests that give each of them', () => {
    const tests = filesIn('test').filter((file) => file.endsWith('.test.ts') && !file.startsWith('test/docs'));
    const text = tests.map(textOf).join('\n');
    // On a command line, or as a command gets it.
    const isGiven = (flag: string) => text.includes(`'--${flag}'`) || text.includes(`'${flag}':`);
    expect(ownFlagsOf(command).filter((flag) => !isGiven(flag))).toEqual([]);
  });
});

/** Command lines in shell blocks, and in the text as `verify --json`: the command, and its flags. */
function commandLinesIn(text: string): { readonly name: string; readonly flags: readonly string[] }[] {
  const joined = text.replaceAll('\\\n', ' ');
  const lines = [
    ...joined.matchAll(/(?:npx |bin\/|`)live-ledger(?:\.js)? +([a-z]+(?: [a-z]+)?)([^`\n|;&#]*)/g),
    ...joined.matchAll(/`((?:alerts |forwarding )?[a-z]+)((?: --[a-z-]+[^`\n]*))`/g),
  ];
  return lines.map(([, words = '', rest = '']) => {
    const [first = ''] = words.split(' ');
    const name = commands.some((command) => command.name === words) ? words : first;
    return { name, flags: [...rest.matchAll(/(?<= )--([a-z-]+)/g)].map(([, flag = '']) => flag) };
  });
}

test('every command line of the pages is one that the program takes', () => {
  const pages = [...filesIn('docs').filter((file) => /\.(md|yml|service)$/.test(file)), 'README.md', 'Dockerfile'];
  const other = ['npm', 'npx', 'curl', 'docker', 'git', 'chown'];
  const found = pages.flatMap((page) => commandLinesIn(textOf(page)).map((line) => ({ page, ...line })));
  const wrong = found.filter(({ name, flags }) => {
    if (other.includes(name)) return false;
    const command = commands.find((one) => one.name === name);
    return command === undefined || flags.some((flag) => flag !== 'help' && !(flag in command.flags));
  });
  expect(wrong).toEqual([]);
  const shown = new Set(found.map(({ name }) => name));
  expect(
    commands.map(({ name }) => name).filter((name) => !shown.has(name) && !name.startsWith('forwarding ')),
  ).toEqual([]);
});

test('docs/settings.md has every variable with its default, and no other', () => {
  const documented = [...textOf('docs/settings.md').matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \| ([^|]*) \|/gm)].flatMap(
    ([, names = '', fallback = '']) =>
      [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => [name, fallback.replaceAll('`', '')]),
  );
  const whereEmpty: Readonly<Record<string, string>> = {
    EVENT_STORE_PREFIX: defaultPrefix,
    LOG_LEVEL: defaultLogLevel,
  };
  const expected = Object.entries(variables).map(([name, { fallback }]) => [
    name,
    fallback === '' ? (whereEmpty[name] ?? 'none') : fallback,
  ]);
  expect(documented.sort()).toEqual(expected.sort());
});

test('docs/settings.md names the variables that only commands read, and says where those of traces are', () => {
  const ofCommands = commands.flatMap(({ flags }) => Object.values(flags).flatMap(({ variable }) => variable ?? []));
  const page = textOf('docs/settings.md');
  expect([...new Set([...ofCommands, 'OTEL_'])].filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});
