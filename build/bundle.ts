// `npm run build`: bundles the service and the packages that it uses into a few JavaScript files. See
// docs/decisions/0036-bundle.md.
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { licensesOf } from './licenses.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = path.join(root, 'dist');
const chunks = path.join(dist, 'chunks');

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
  define: { 'process.env.NODE_ENV': '"production"' },
  mainFields: ['module', 'main'],
  plugins: [graphqlOnce],
  // The package finds Node's hashes through `module.require`, which a bundle does not have, and would compute them in
  // JavaScript.
  alias: { '@apollo/utils.createhash': 'node:crypto' },
  // A compiled addon that finds its binary beside its package, and what Fastify loads only if a route has a JSON
  // schema.
  external: ['better-sqlite3', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
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
  'threads/replica-worker': 'src/node/replica-worker.ts',
};

/** One file each, because these are loaded on every start. */
const threads = {
  'analysis-worker': 'src/analysis/threads/worker.ts',
  'commit-worker': 'src/log/sqlite/commit-worker.ts',
  'projection-worker': 'src/projecting/worker/worker.ts',
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
  removeOldChunks(Object.keys(built[0].metafile.outputs).map((file) => path.basename(file)));
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

/** Keeps the chunks of the previous build: a running service may still load them until this build replaces it. */
function removeOldChunks(names: readonly string[]): void {
  const list = path.join(chunks, 'build.json');
  // Test builds are packed into a tarball, so they keep no earlier chunks.
  const before = isForTests ? [] : namesIn(list);
  const kept = new Set([...names, ...before, 'build.json']);
  mkdirSync(chunks, { recursive: true });
  for (const name of readdirSync(chunks)) if (!kept.has(name)) rmSync(path.join(chunks, name));
  writeFileSync(list, JSON.stringify(names));
}

function namesIn(list: string): readonly string[] {
  try {
    return JSON.parse(readFileSync(list, 'utf8')) as readonly string[];
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
