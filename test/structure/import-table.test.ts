import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { from: string; to: string; rule: { name: string } }[];
  };
}

/** Runs the import table over `src` of a folder. */
function cruise(folder: string): { modulesTotal: number; violations: Violation[] } {
  const depcruise = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      depcruise,
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      'src',
      'simulator',
      'console',
      'clients',
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { modules, summary } = JSON.parse(stdout) as Cruise;
  return {
    modulesTotal: modules.length,
    violations: summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to })),
  };
}

// `npm run lint:imports` runs the table over src itself. What the trespasses import is here without its own imports.
describe('the import table can fail: what trespasses is refused', () => {
  /** What is written into the copy, and the rule that must name it. */
  const trespasses: Readonly<Record<string, { text: string; rule: string }>> = {
    'src/kernel/imports-a-subject.ts': {
      text: "import '../callbacks/identity.ts';",
      rule: 'kernel-keeps-to-the-table',
    },
    'src/recorder/imports-a-list.ts': {
      text: "import type { ListOrder } from '../lists/listing.ts';\nexport type X = ListOrder<string>;",
      rule: 'recorder-keeps-to-the-table',
    },
    'src/sessions/names-a-table-of-another.ts': {
      text: "import '../quarantine/quarantine-table.ts';",
      rule: 'pure-keeps-to-its-layer',
    },
    'src/sessions/some-projection.ts': {
      text: "import type { StreamSession } from './stream-session-type.ts';\nexport type X = StreamSession;",
      rule: 'projection-keeps-to-its-layer',
    },
    'src/sessions/some-table.ts': {
      text: "import '../relay/relay-task-resolver.ts';",
      rule: 'table-keeps-to-its-layer',
    },
    'src/sessions/some-resolver.ts': {
      text: "import './stream-session-table.ts';",
      rule: 'resolver-keeps-to-its-layer',
    },
    'src/relay/reads-files.ts': { text: "import 'node:fs';", rule: 'pure-files-do-no-input-or-output' },
    'src/relay/uses-a-package.ts': { text: "import 'graphql';", rule: 'pure-files-use-no-package' },
    'src/api/names-a-store.ts': {
      text: "import '../log/sqlite/log-file.ts';",
      rule: 'stores-are-named-where-a-node-is-put-together',
    },
    'src/log/eventstoredb/names-sqlite.ts': {
      text: "import '../sqlite/log-file.ts';",
      rule: 'stores-do-not-name-each-other',
    },
    'src/log/sqlite/uses-eventstoredb.ts': { text: "import '@eventstore/db-client';", rule: 'eventstoredb-stays-home' },
    'src/projecting/uses-sqlite.ts': { text: "import 'better-sqlite3';", rule: 'sqlite-stays-home' },
    'src/api/http/uses-type-graphql.ts': { text: "import 'type-graphql';", rule: 'type-graphql-stays-home' },
    'src/sessions/uses-fastify-resolver.ts': { text: "import 'fastify';", rule: 'transport-stays-home' },
    'src/live/uses-fast-check.ts': { text: "import 'fast-check';", rule: 'only-packages-of-the-service' },
    'src/live/imports-nothing-that-is.ts': { text: "import './nowhere.ts';", rule: 'no-unresolved' },
    'src/live/one.ts': { text: "import './other.ts';\nexport const one = 1;", rule: 'no-cycle' },
    'src/live/uses-a-client.ts': {
      text: "import '../../clients/core/errors.ts';",
      rule: 'live-keeps-to-the-table',
    },
    'console/src/uses-the-service.ts': {
      text: "import '../../src/kernel/clock.ts';",
      rule: 'console-keeps-to-the-table',
    },
    'console/src/uses-a-link.ts': {
      text: "import '../../clients/apollo/ledger-link.ts';",
      rule: 'console-keeps-to-the-table',
    },
    'clients/core/uses-the-service.ts': {
      text: "import '../../src/kernel/clock.ts';",
      rule: 'clients-core-keeps-to-the-table',
    },
    'src/live/lonely.ts': { text: 'export const lonely = 1;', rule: 'reached-from-an-entry-point' },
  };

  /** The other half of the cycle, which is reported once. */
  const otherHalf = { file: 'src/live/other.ts', text: "import './one.ts';\nexport const other = 1;" };

  let copy: TemporaryFolder;
  let modulesTotal: number;
  let violations: readonly Violation[];

  beforeAll(() => {
    copy = makeTemporaryFolder();
    const write = (file: string, text: string) => {
      mkdirSync(path.dirname(path.join(copy.path, file)), { recursive: true });
      writeFileSync(path.join(copy.path, file), `${text}\n`);
    };
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(path.join(root, file), path.join(copy.path, file));
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(copy.path, 'node_modules'));
    mkdirSync(path.join(copy.path, 'simulator'));
    const written = { ...trespasses, [otherHalf.file]: otherHalf };
    for (const [file, { text }] of Object.entries(written)) write(file, text);
    const imported = Object.entries(written).flatMap(([file, { text }]) =>
      [...text.matchAll(/'(\.[^']+)'/g)].map(([, name = '']) => path.posix.join(path.posix.dirname(file), name)),
    );
    const existing = imported.filter((file) => existsSync(path.join(root, file)));
    for (const file of existing) write(file, 'export {};');
    write('src/main.ts', "import './node/everything.ts';");
    write('src/node/everything.ts', existing.map((file) => `import '../../${file}';`).join('\n'));
    ({ modulesTotal, violations } = cruise(copy.path));
  });
  afterAll(() => copy.remove());

  test.each(Object.entries(trespasses))('for %s', (file, { rule }) => {
    expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule)).toContain(rule);
  });

  test('and for nothing else', () => {
    const others = violations.filter(({ from }) => from !== otherHalf.file && !Object.keys(trespasses).includes(from));
    expect(others).toEqual([]);
    // A cruise of nothing would find nothing either.
    expect(modulesTotal).toBeGreaterThan(Object.keys(trespasses).length);
  });
});
