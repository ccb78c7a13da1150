import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  type IntrospectionQuery,
} from 'graphql';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../../src/kernel/this-process.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { ledgerOf } from '../support/live-ledger-process.ts';
import { installPacked, npmEnvironment, packProduct, type PackedProduct } from '../support/packed-product.ts';
import { readSample } from '../support/samples.ts';
import { startProgram, type StartedProcess } from '../support/started-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { testWith } from '../support/test-with.ts';

interface Sbom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: object };
  readonly components: readonly { readonly name: string; readonly hashes?: readonly object[] }[];
}

/** Bytes of the tarball. Its halves are the console, each file of it three times, two of them compressed, and the service with its packages. */
const packedBytesMax = 4 * 1024 ** 2;

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder: TemporaryFolder;
let packed: PackedProduct;
const started: StartedProcess[] = [];

beforeAll(() => {
  folder = makeTemporaryFolder();
  packed = packProduct(folder.path);
  installPacked(folder.path, packed.filename);
});
afterAll(async () => {
  for (const one of started) one.kill('SIGKILL');
  for (const one of started) await one.ended();
  folder.remove();
});

/** A command in the folder where the tarball is installed. */
function run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const one = startProgram(program, args, { ...npmEnvironment(folder.path), ...environment }, folder.path);
  started.push(one);
  return one;
}

describe('the tarball of npm pack', () => {
  test('has the program, the schema and the documents of clients, and no test, bench, source or source map', () => {
    const names = packed.files.map(({ path: name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'README.md',
        'bin/live-ledger.js',
        'dist/sbom.cdx.json',
        'dist/src/main.js',
        'docs/alerts.yml',
        'docs/live-ledger.service',
        'schema/operations.generated.ts',
        'schema/schema.graphql',
      ]),
    );
    const known = /^(bin|dist|docs|schema)\/|^(CHANGELOG|README)\.md$|^LICENSE$|^package\.json$/;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
    const alien = /(^|\/)(test|bench)\/|\.test\.|\.map$|\.tsbuildinfo$|\.sqlite|\.env/;
    expect(names.filter((name) => alien.test(name))).toEqual([]);
  });

  test('has what its pages link to in schema/', () => {
    const names = packed.files.map(({ path: name }) => name);
    const pages = names.filter((name) => /^(README\.md$|docs\/[\w-]+\.md$)/.test(name));
    const linked = pages.flatMap((page) =>
      [...readFileSync(root + page, 'utf8').matchAll(/\]\((?:\.\.\/)?(schema\/[\w./-]+)/g)].map(([, file]) => file),
    );
    expect(linked.length).toBeGreaterThan(1);
    expect(names).toEqual(expect.arrayContaining(linked));
  });

  test('lists its packages as CycloneDX: those in the service and in the console, and what is installed beside them', () => {
    const ofPackage = path.join(folder.path, 'node_modules/live-ledger');
    const { bomFormat, metadata, components } = JSON.parse(
      readFileSync(path.join(ofPackage, 'dist/sbom.cdx.json'), 'utf8'),
    ) as Sbom;
    expect({ bomFormat, product: metadata.component }).toMatchObject({
      bomFormat: 'CycloneDX',
      product: { name: 'live-ledger', version },
    });
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['better-sqlite3', 'fastify', 'graphql', 'react', 'graphiql']));
    expect(names.filter((name) => /^(@?jest|typescript|playwright|oxlint|vite|esbuild|mercurius)/.test(name))).toEqual(
      [],
    );
    const installed = readdirSync(path.join(folder.path, 'node_modules')).filter((name) => /^[a-z]/.test(name));
    expect(names).toEqual(expect.arrayContaining(installed.filter((name) => name !== 'live-ledger')));
    expect(components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
  });

  test('stays small', () => {
    expect(packed.size).toBeLessThan(packedBytesMax);
  });

  test('names no folder of the machine that packed it', () => {
    const installed = path.join(folder.path, 'node_modules/live-ledger');
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(installed, name))
      .filter((file) => statSync(file).isFile());
    expect(files.length).toBe(packed.files.length);
    expect(files.filter((file) => readFileSync(file).includes(root))).toEqual([]);
  });
});

describe('installed into an empty folder', () => {
  test('it brings the packages that were tested: only the compiled addon, and what fetches that, is installed beside it', () => {
    const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: object };
    expect(dependencies).toEqual({ 'better-sqlite3': expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    const names = readdirSync(path.join(folder.path, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(names.length).toBeLessThan(50);
    for (const bundled of ['graphql', 'fastify', '@apollo', '@eventstore']) expect(names).not.toContain(bundled);
  });

  test('npx live-ledger runs it', async () => {
    const command = run('npx', ['live-ledger', '--version']);
    expect(await command.ended()).toBe(0);
    expect(command.stdout()).toBe(`${version}\n`);
  });

  test('serves, until Ctrl-C: a callback is recorded and queried, and the end leaves no write-ahead log', async () => {
    const dataDir = path.join(folder.path, 'data');
    const ledger = ledgerOf(run('npx', ['live-ledger', 'serve'], { PORT: '0', DATA_DIR: dataDir }));
    const url = await ledger.url();
    const taken = await fetch(`${url}/callbacks/css`, { method: 'POST', body: readSample('push').toString() });
    expect(await taken.json()).toEqual({ code: 0 });
    await projectionCaughtUp(url);
    const { streamSessions } = await askLedger<{ streamSessions: { nodes: { state: string }[] } }>(
      url,
      '{ streamSessions(first: 2) { nodes { state } } }',
    );
    expect(streamSessions.nodes).toEqual([{ state: 'LIVE' }]);
    const schema = await askLedger<IntrospectionQuery>(
      url,
      getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true, oneOf: true }),
    );
    expect(`${printSchema(lexicographicSortSchema(buildClientSchema(schema)))}\n`).toBe(
      readFileSync(`${root}schema/schema.graphql`, 'utf8'),
    );
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    if (existsSync(`${root}dist/console/index.html`)) expect(await page.text()).toContain('<!doctype html>');
    ledger.kill('SIGINT');
    await ledger.ended();
    expect(ledger.stdout()).toContain('"msg":"stopped"');
    expect(readdirSync(dataDir).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  });

  test('gives the typed documents to a client, as live-ledger/operations', async () => {
    const code = "import('live-ledger/operations').then((documents) => console.log(Object.keys(documents).length))";
    const client = run(process.execPath, ['--input-type=module', '--eval', code]);
    expect(await client.ended()).toBe(0);
    expect(Number(client.stdout())).toBeGreaterThan(10);
  });
});

testWith(
  'the console as built (Debian: apt-get install chromium-headless-shell)',
  existsSync(`${root}dist/console/index.html`),
)('the tarball has the console, with what the page names', () => {
  const names = packed.files.map(({ path: name }) => name);
  const page = readFileSync(`${root}dist/console/index.html`, 'utf8');
  const linked = [...page.matchAll(/(?:src|href)="\/?([^"]+)"/g)].map(([, name]) => `dist/console/${name}`);
  expect(linked.length).toBeGreaterThan(1);
  expect(names).toEqual(expect.arrayContaining(linked));
});
