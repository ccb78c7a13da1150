import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
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
    [depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'simulator'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { modules, summary } = JSON.parse(stdout) as Cruise;
  return {
    modulesTotal: modules.length,
    violations: summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to })),
  };
}

// `npm run lint` runs the table over src itself.
describe('the import table can fail: a copy of src is refused', () => {
  /** What is written into the copy, and the rule that must name it. */
  const trespasses: Readonly<Record<string, { text: string; rule: string }>> = {
    'src/kernel/imports-domain.ts': {
      text: "import '../domain/callback/identity.ts';",
      rule: 'kernel-keeps-to-the-table',
    },
    'src/domain/imports-a-type.ts': {
      text: "import type { ReadModelReader } from '../read-models/read-model-reader.ts';\nexport type X = ReadModelReader;",
      rule: 'domain-keeps-to-the-table',
    },
    'src/domain/reads-files.ts': { text: "import 'node:fs';", rule: 'domain-does-no-input-or-output' },
    'src/domain/uses-a-package.ts': { text: "import 'graphql';", rule: 'kernel-and-domain-use-no-package' },
    'src/graphql/names-an-adapter.ts': {
      text: "import '../read-models/sqlite/file/read-model-file.ts';",
      rule: 'adapters-are-named-in-the-wiring-only',
    },
    'src/event-store/eventstoredb/names-sqlite.ts': {
      text: "import '../sqlite/log-file.ts';",
      rule: 'adapters-do-not-name-each-other',
    },
    'src/event-store/sqlite/uses-eventstoredb.ts': {
      text: "import '@eventstore/db-client';",
      rule: 'eventstoredb-stays-home',
    },
    'src/projections/uses-sqlite.ts': { text: "import 'better-sqlite3';", rule: 'sqlite-stays-home' },
    'src/http/uses-type-graphql.ts': { text: "import 'type-graphql';", rule: 'type-graphql-stays-home' },
    'src/graphql/uses-fastify.ts': { text: "import 'fastify';", rule: 'transport-stays-home' },
    'src/live/uses-fast-check.ts': { text: "import 'fast-check';", rule: 'no-dev-dependency' },
    'src/live/imports-nothing-that-is.ts': { text: "import './nowhere.ts';", rule: 'no-unresolved' },
    'src/live/one.ts': { text: "import './other.ts';\nexport const one = 1;", rule: 'no-cycle' },
    'src/live/lonely.ts': { text: 'export const lonely = 1;', rule: 'reached-from-an-entry-point' },
  };

  /** The other half of the cycle, which is reported once. */
  const otherHalf = { file: 'src/live/other.ts', text: "import './one.ts';\nexport const other = 1;" };

  let copy: TemporaryFolder;
  let modulesTotal: number;
  let violations: readonly Violation[];

  beforeAll(() => {
    copy = makeTemporaryFolder();
    for (const file of ['src', 'simulator', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(path.join(root, file), path.join(copy.path, file), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(copy.path, 'node_modules'));
    for (const [file, { text }] of Object.entries(trespasses)) {
      mkdirSync(path.dirname(path.join(copy.path, file)), { recursive: true });
      writeFileSync(path.join(copy.path, file), `${text}\n`);
    }
    writeFileSync(path.join(copy.path, otherHalf.file), otherHalf.text);
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
    expect(modulesTotal).toBeGreaterThan(50);
  });
});
