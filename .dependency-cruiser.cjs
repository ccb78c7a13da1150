// The import table: which folder may import which other, and which layer which other. What a folder is for, and what the
// ending of a file name says, is in ARCHITECTURE.md.
// A folder that is not named here puts the others together and may import anything: src/node/, src/operations/,
// src/commands/, src/settings/.
const mayImport = {
  'src/kernel': [],
  'src/connections': ['src/kernel'],
  'src/log': ['src/kernel'],
  'src/quarantine/keeping': ['src/kernel', 'src/log', 'src/callbacks', 'src/quarantine'],
  'src/recorder': [
    'src/kernel',
    'src/settings/settings-reader.ts',
    'src/log',
    'src/connections',
    'src/callbacks',
    'src/quarantine',
    'src/observing/figures.ts',
  ],
  'src/live': ['src/kernel', 'src/projecting'],
  'src/forwarding': [
    'src/kernel',
    'src/settings/settings-reader.ts',
    'src/settings/json-settings.ts',
    'src/log',
    'src/callbacks',
    'src/live',
    'src/projecting',
    'src/api',
  ],
  'src/mcp': ['src/kernel', 'src/connections/limits.ts'],
  'src/observing': ['src/kernel', 'src/connections', 'src/api'],
  // A client of the product: what it expects must not come from the code that it checks.
  simulator: ['src/kernel', 'src/settings/settings-reader.ts'],
  // Packages of their own, for programs of others: all but the first build on it.
  'clients/core': [],
  clients: [],
  // A client as well, built by itself for browsers: it knows the documents generated in it, and how any client resumes.
  console: ['clients/core'],
};

/** Packages that run in the service: docs/decisions/0001-dependencies.md says why. */
const packagesOfService = [
  '@apollo/server',
  '@as-integrations/fastify',
  '@eventstore/db-client',
  '@fastify/proxy-addr',
  '@fastify/static',
  '@graphql-typed-document-node/core',
  '@modelcontextprotocol/server',
  'better-sqlite3',
  'class-validator',
  'commander',
  'cookie',
  'fastify',
  'graphql',
  'graphql-query-complexity',
  'graphql-scalars',
  'graphql-ws',
  'ipaddr.js',
  'jose',
  'pino',
  'prom-client',
  'reflect-metadata',
  'type-graphql',
  'undici',
  'ws',
  'yaml',
  'zod',
];

const pathOf = (name) => (name.endsWith('.ts') ? `^${name.replaceAll('.', '\\.')}$` : `^${name}/`);

const foldersKeepToTheTable = Object.entries(mayImport).map(([folder, others]) => ({
  name: `${folder.replace('src/', '').replaceAll('/', '-')}-keeps-to-the-table`,
  comment: `${folder}/ may import ${others.length === 0 ? 'no other folder' : others.join(', ')}.`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: '^(src|simulator|schema|console|clients)/', pathNot: [folder, ...others].map(pathOf) },
}));

const endings = 'projection|table|list|type|resolver|events';
/** Files of subjects without an ending: pure functions and the types that they are about. */
const pureFolders = '^src/(callbacks|sessions|relay|quarantine|facts|analysis|incidents|audit)/';
const pure = { path: pureFolders, pathNot: [`-(${endings})\\.ts$`, '/(keeping|threads)/'] };

/** The ending of a file name says its layer. A layer imports no file of the layers named beside it. */
const layers = [
  ['pure', pure, 'projection|table|list|type|resolver'],
  ['projection', { path: '-projection\\.ts$' }, 'table|list|type|resolver'],
  ['table', { path: '-(table|list)\\.ts$' }, 'projection|type|resolver'],
  ['resolver', { path: '-(type|resolver)\\.ts$' }, 'projection|table|list'],
].map(([layer, from, others]) => ({
  name: `${layer}-keeps-to-its-layer`,
  severity: 'error',
  from,
  to: { path: `^src/.*-(${others})\\.ts$` },
}));

/** A vendor's package stays in the files named here. */
const vendorsStayHome = [
  [
    'type-graphql',
    '(type-graphql|graphql-scalars|class-validator|graphql-query-complexity)',
    ['-(type|resolver)\\.ts$', '^src/api/[^/]+\\.ts$', '^src/api/execution/'],
  ],
  [
    'transport',
    '(@apollo/server|@as-integrations/fastify|fastify|@fastify/static|prom-client)',
    ['^src/api/(http|export|subscriptions)/', '^src/observing/'],
  ],
  ['identities', '(jose|cookie)', ['^src/api/access/']],
  ['mcp', '@modelcontextprotocol/server', ['^src/mcp/']],
  ['sockets', '(graphql-ws|ws)', ['^src/api/subscriptions/']],
  ['eventstoredb', '@eventstore/db-client', ['^src/log/eventstoredb/']],
  ['sqlite', 'better-sqlite3', ['-(table|list)\\.ts$', '^src/log/sqlite/', '^src/projecting/file/', '^src/lists/sql/']],
  ['command-line', 'commander', ['^src/main\\.ts$', '^src/commands/']],
  ['http-client', '(undici|ipaddr\\.js)', ['^simulator/', '^src/forwarding/']],
  ['logger', 'pino', ['^src/main\\.ts$', '^src/commands/']],
].map(([name, packages, homes]) => ({
  name: `${name}-stays-home`,
  comment: `${packages} may be imported by ${homes.join(', ')} only.`,
  severity: 'error',
  from: { path: '^(src|simulator)/', pathNot: homes },
  to: { path: `node_modules/(@types/)?${packages}(/|$)` },
}));

/** What is started rather than imported: the program and the modules of workers. */
const entryPoints = [
  '^console/(vite\\.config|src/main|src/graphiql/main)\\.tsx?$',
  '^src/main\\.ts$',
  '^src/log/sqlite/commit-worker\\.ts$',
  '^src/node/replica/replica-worker\\.ts$',
  '^src/(analysis/threads|projecting/worker)/worker\\.ts$',
];

module.exports = {
  forbidden: [
    ...foldersKeepToTheTable,
    ...layers,
    ...vendorsStayHome,
    {
      name: 'stores-do-not-name-each-other',
      comment: 'EventStoreDB is copied into the embedded log through the port for copies.',
      severity: 'error',
      from: { path: '^src/log/(sqlite|eventstoredb|primary|spool)/' },
      to: { path: '^src/log/(sqlite|eventstoredb|primary|spool)/', pathNot: '^src/log/$1/' },
    },
    {
      name: 'stores-are-named-where-a-node-is-put-together',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(node|operations|commands|settings|log|recorder|projecting/worker)/' },
      to: { path: '^src/log/(sqlite|eventstoredb|primary|spool)/' },
    },
    {
      name: 'pure-files-use-no-package',
      severity: 'error',
      from: { path: [pureFolders, '^src/kernel/'], pathNot: pure.pathNot },
      to: { dependencyTypesNot: ['local', 'core'] },
    },
    {
      name: 'pure-files-do-no-input-or-output',
      comment: 'Hashing is pure; every other part of Node is not.',
      severity: 'error',
      from: pure,
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      comment: 'What is generated imports a package that has types only.',
      severity: 'error',
      from: { pathNot: '\\.generated\\.ts$' },
      to: { couldNotResolve: true },
    },
    {
      name: 'only-packages-of-the-service',
      comment: 'The bundle has what is imported, so package.json does not tell these from those for builds and tests.',
      severity: 'error',
      from: { path: '^(src|simulator)/' },
      to: { path: 'node_modules/', pathNot: `node_modules/(@types/)?(${packagesOfService.join('|')})/` },
    },
    {
      name: 'only-its-command-imports-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/commands/program\\.ts$' },
      to: { path: '^simulator/' },
    },
    {
      name: 'reached-from-an-entry-point',
      comment:
        'What neither the program, nor a worker, nor the printing of the schema imports is for tests only, or for nobody.',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: '^(src|simulator|console)/', pathNot: entryPoints, reachable: false },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
