import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { printLedgerSchema } from '../../../src/api/schema.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

describe('what is committed is what the code says', () => {
  test('schema/schema.graphql is the schema; `npm run schema` writes it', () => {
    expect(read('schema/schema.graphql')).toBe(printLedgerSchema());
  });

  test('schema/operations.generated.ts is what codegen writes from the schema and the operations', () => {
    const codegen = path.join(root, 'node_modules/@graphql-codegen/cli/esm/bin.js');
    // Ends with another status, and says which file, where it would write something else.
    const check = spawnSync(process.execPath, [codegen, '--config', 'codegen.yml', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ status: check.status, output: check.stdout + check.stderr }).toMatchObject({ status: 0 });
  });
});

test('only one copy of graphql is installed: two would not know each other’s types', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> };
  const copies = Object.keys(lock.packages).filter((folder) => /(^|\/)node_modules\/graphql$/.test(folder));
  expect(copies).toEqual(['node_modules/graphql']);

  const ownCopy = createRequire(path.join(root, 'package.json')).resolve('graphql');
  for (const dependent of ['@apollo/server', 'type-graphql', 'graphql-scalars', 'graphql-query-complexity']) {
    const itsRequire = createRequire(path.join(root, 'node_modules', dependent, 'package.json'));
    expect(itsRequire.resolve('graphql')).toBe(ownCopy);
  }
});
