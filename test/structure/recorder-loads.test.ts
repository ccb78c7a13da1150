import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a module loads when it is loaded: neither types nor what it imports only when it needs it. */
function loadedBy(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'|^import '([^']+)'/gms)].flatMap(
    ([statement, from, alone]) => {
      const names = /\{([^}]*)\}/.exec(statement)?.[1] ?? '';
      const areTypes = names !== '' && names.split(',').every((name) => /^\s*(type .*)?$/.test(name));
      return areTypes ? [] : [from ?? alone ?? ''];
    },
  );
}

/** All files and packages that a process loads which begins with this file. */
function allLoadedBy(first: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set([first]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const name of loadedBy(file)) {
      if (name.startsWith('.')) files.add(path.join(path.dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  }
  return { files, packages };
}

test('the recorder loads nothing of what answers questions, and three packages beside that of the command line', () => {
  const { files, packages } = allLoadedBy('src/commands/serve/recorder.ts');
  const folders = new Set([...files].map((file) => file.split('/').slice(0, 2).join('/')));
  expect([...folders].sort()).toEqual([
    'src/alerts',
    'src/callbacks',
    'src/commands',
    'src/connections',
    'src/kernel',
    'src/log',
    'src/node',
    'src/observing',
    'src/outages',
    'src/quarantine',
    'src/recorder',
    'src/relay',
    'src/settings',
  ]);
  // Of alerts the names of their streams alone.
  expect([...files].filter((file) => /^src\/alerts\/(?!.*-events\.ts$)/.test(file))).toEqual([]);
  expect([...files].filter((file) => /-(projection|table|list|type|resolver)\.ts$/.test(file))).toEqual([]);
  expect([...packages].sort()).toEqual(['@fastify/proxy-addr', 'better-sqlite3', 'pino']);
});

test('the supervisor loads no package, and reads no setting and no log', () => {
  const { files, packages } = allLoadedBy('src/recorder/supervisor/supervisor.ts');
  const folders = new Set([...files].map((file) => file.split('/').slice(0, 2).join('/')));
  expect([...folders].sort()).toEqual(['src/connections', 'src/kernel', 'src/recorder']);
  expect([...packages]).toEqual([]);
});

test('the reader loads the Model Context Protocol only when a client sends a message', () => {
  const { files, packages } = allLoadedBy('src/node/reader.ts');
  expect(files).toContain('src/api/http/mcp-routes.ts');
  expect([...files].filter((file) => file.startsWith('src/mcp/'))).toEqual([]);
  expect([...packages]).not.toContain('@modelcontextprotocol/server');
});
