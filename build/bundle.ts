// `npm run build`: the service as a few files of JavaScript, with the packages that it uses. See docs/decisions/0036-bundle.md.
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { licensesOf } from './licenses.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = path.join(root, 'dist');
const chunks = path.join(dist, 'chunks');

/** Some packages name files of graphql that are CommonJS: two copies of graphql would refuse each other's types. */
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
  // Modules where a package has them beside CommonJS: they are joined into one scope, and `import()` gets the names of their exports.
  // Otherwise graphql looks at each type whether it is of a second copy: `check` does so here.
  define: { 'process.env.NODE_ENV': '"production"' },
  mainFields: ['module', 'main'],
  plugins: [graphqlOnce],
  // It finds Node's hashes by `module.require`, which a bundle does not have, and computes them in JavaScript instead.
  alias: { '@apollo/utils.createhash': 'node:crypto' },
  // A compiled addon, which finds its binary beside its package, and what Fastify loads only where a route has a JSON schema.
  external: ['better-sqlite3', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  // What is CommonJS among the packages requires modules of Node.
  banner: {
    js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
  },
} satisfies BuildOptions;

/** What is built is two folders below package.json, as `packageFolder` expects. */
const program = {
  'src/main': 'src/main.ts',
  // It shares the client of EventStoreDB with the program, which is large.
  'threads/replica-worker': 'src/wiring/replica-worker/worker.ts',
};

/** Each in one file: these are on the way of a start. */
const threads = {
  'analysis-worker': 'src/wiring/analysis-worker/worker.ts',
  'commit-worker': 'src/event-store/sqlite/commit-worker.ts',
  'projection-worker': 'src/wiring/projection-worker/worker.ts',
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

/** @throws Error - with what the bundle would do otherwise than Node does with the packages as they are */
function check({ inputs }: Metafile): void {
  for (const [file, { imports }] of Object.entries(inputs)) {
    if (/node_modules\/graphql\/.*(?<!\.mjs)$/.test(file)) throw new Error(`${file} is a second copy of graphql.`);
    for (const { kind, path: imported } of imports) {
      const isCommonJs = inputs[imported]?.format === 'cjs';
      if (kind === 'dynamic-import' && isCommonJs) throw new Error(`import() in ${file} gets no names of ${imported}.`);
    }
  }
}

/** Chunks of the build before stay: a service that runs may still load them, until it is replaced by this build. */
function removeOldChunks(names: readonly string[]): void {
  const list = path.join(chunks, 'build.json');
  // Of what is built for tests a tarball is made.
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
    // The first build.
    return [];
  }
}

/** For clients, which may be browsers: it imports nothing. */
async function buildTypedDocuments(): Promise<void> {
  const file = 'schema/operations.generated';
  await build({
    absWorkingDir: root,
    entryPoints: [`${file}.ts`],
    format: 'esm',
    outfile: path.join(dist, `${file}.js`),
  });
}

/** In place of an EventStoreDB, for tests. */
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
