// `npm run build`: bundles the service and the packages that it uses into a few JavaScript files. See
// docs/decisions/0036-bundle.md.
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { licensesOf } from './licenses.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = path.join(root, 'dist');
/** What is there now, which process runs what, and what the build before left. */
const list = path.join(dist, 'build.json');

/** A digest of all that a build is made of: equal sources give equal files. */
function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of ['src', 'simulator', 'schema', 'build']) {
    const files = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
    for (const name of names.sort()) hash.update(`${path.relative(root, name)}\n`).update(readFileSync(name));
  }
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(path.join(root, name)));
  return hash.digest('hex').slice(0, 10);
}

const id = digestOfSources();

const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { dependencies: object };
const installed = Object.keys(dependencies);

/** Some packages import CommonJS files of graphql. Two copies of graphql would reject each other's types. */
const graphqlOnce: Plugin = {
  name: 'graphql-once',
  setup(bundler) {
    bundler.onResolve({ filter: /^graphql\/.*\.js$/ }, ({ path: file, kind, resolveDir }) =>
      bundler.resolve(file.replace(/js$/, 'mjs'), { kind, resolveDir }),
    );
  },
};

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.12',
  // Uses ES modules if a package has them beside CommonJS: esbuild joins them into one scope, and `import()` gets the
  // names of their exports. Without NODE_ENV, graphql checks each type for a second copy; `check` does that here.
  define: { 'process.env.NODE_ENV': '"production"', ledgerBuild: JSON.stringify(id) },
  mainFields: ['module', 'main'],
  plugins: [graphqlOnce],
  // The package finds Node's hashes through `module.require`, which a bundle does not have, and would compute them in
  // JavaScript.
  alias: { '@apollo/utils.createhash': 'node:crypto' },
  // What is installed beside it: a compiled addon, which finds its binary beside its package. And what Fastify loads only
  // if a route has a JSON schema.
  external: [...installed, '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  // CommonJS packages require modules of Node.
  banner: {
    js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
  },
} satisfies BuildOptions;

/** The output is two folders below package.json, as `packageFolder` expects. */
const program = {
  'src/main': 'src/main.ts',
  // Shares the client of EventStoreDB, which is large, with the program.
  [`threads/replica-worker-${id}`]: 'src/node/replica/replica-worker.ts',
};

/** One file each, because these are loaded on every start. With the build in its name: a process starts none of another. */
const threads = {
  [`analysis-worker-${id}`]: 'src/analysis/threads/worker.ts',
  [`commit-worker-${id}`]: 'src/log/sqlite/commit-worker.ts',
  [`projection-worker-${id}`]: 'src/projecting/worker/worker.ts',
};

async function buildProduct(): Promise<void> {
  const built = await Promise.all([
    build({
      ...options,
      entryPoints: program,
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      outdir: dist,
    }),
    build({ ...options, entryPoints: threads, outdir: path.join(dist, 'threads') }),
  ]);
  for (const { metafile } of built) check(metafile);
  removeOldFiles(built.flatMap(({ metafile }) => Object.keys(metafile.outputs)));
  const files = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(path.join(dist, 'third-party-licenses.txt'), licensesOf(root, files));
}

/** @throws Error - names what the bundle would do differently from Node with the packages as they are */
function check({ inputs }: Metafile): void {
  for (const [file, { imports }] of Object.entries(inputs)) {
    if (/node_modules\/graphql\/.*(?<!\.mjs)$/.test(file)) throw new Error(`${file} is a second copy of graphql.`);
    for (const { kind, path: imported } of imports) {
      const isCommonJs = inputs[imported]?.format === 'cjs';
      if (kind === 'dynamic-import' && isCommonJs) throw new Error(`import() in ${file} gets no names of ${imported}.`);
    }
  }
}

/** Keeps the files of the build before: a service that runs may still load them, until this build replaces it. */
function removeOldFiles(files: readonly string[]): void {
  // Test builds are packed into a tarball, so they keep none.
  const kept = new Set([...files, ...(isForTests ? [] : filesBefore())].map((file) => path.join(root, file)));
  for (const folder of ['chunks', 'threads'].map((name) => path.join(dist, name))) {
    for (const name of readdirSync(folder)) if (!kept.has(path.join(folder, name))) rmSync(path.join(folder, name));
  }
  writeFileSync(list, JSON.stringify({ build: id, files }));
}

function filesBefore(): readonly string[] {
  try {
    return (JSON.parse(readFileSync(list, 'utf8')) as { files: readonly string[] }).files;
  } catch {
    // This is the first build.
    return [];
  }
}

/** For clients, which may be browsers, so it imports nothing. */
async function buildTypedDocuments(): Promise<void> {
  const file = 'schema/operations.generated';
  await build({
    absWorkingDir: root,
    entryPoints: [`${file}.ts`],
    format: 'esm',
    outfile: path.join(dist, `${file}.js`),
  });
}

/** Replaces EventStoreDB in tests. */
async function buildStandIn(): Promise<void> {
  await build({
    ...options,
    entryPoints: { main: 'test/eventstoredb-stand-in/server/main.ts' },
    outdir: path.join(dist, 'test/eventstoredb-stand-in'),
  });
}

const isForTests = process.argv.includes('--for-tests');
await Promise.all([buildProduct(), buildTypedDocuments()]);
if (isForTests) await buildStandIn();
