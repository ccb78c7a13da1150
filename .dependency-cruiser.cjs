// The import table: which folder may import which other. What a folder is for is in ARCHITECTURE.md.
// A folder that is not named here belongs to the wiring and may import anything: src/commands/, src/wiring/.
const mayImport = {
  'src/kernel': [],
  'src/domain': ['src/kernel'],
  'src/event-store': ['src/kernel'],
  'src/quarantine': ['src/kernel', 'src/domain', 'src/event-store'],
  'src/tracing': ['src/kernel'],
  'src/operator-facts': ['src/kernel', 'src/domain', 'src/event-store'],
  'src/connections': ['src/kernel'],
  'src/recorder': ['src/kernel', 'src/domain', 'src/event-store', 'src/quarantine', 'src/spool', 'src/connections'],
  'src/spool': ['src/kernel', 'src/domain', 'src/event-store'],
  'src/forwarding': ['src/kernel', 'src/domain', 'src/event-store'],
  'src/read-models': ['src/kernel', 'src/domain'],
  'src/projections': ['src/kernel', 'src/domain', 'src/event-store', 'src/read-models'],
  'src/alerts': ['src/kernel', 'src/domain', 'src/event-store', 'src/forwarding', 'src/read-models'],
  'src/live': ['src/kernel', 'src/domain', 'src/read-models'],
  'src/graphql': ['src/kernel', 'src/domain', 'src/read-models', 'src/live'],
  'src/http': ['src/kernel', 'src/connections', 'src/recorder', 'src/quarantine', 'src/spool', 'src/graphql'],
  // A client of the product: what it expects must not come from the code that it checks.
  simulator: ['src/kernel'],
  // A client as well, built by itself for browsers: of the API it knows the documents generated in it, and nothing else.
  console: [],
};

const foldersKeepToTheTable = Object.entries(mayImport).map(([folder, others]) => ({
  name: `${folder.replace('src/', '')}-keeps-to-the-table`,
  comment: `${folder}/ may import ${others.length === 0 ? 'no other folder' : others.join(', ')}.`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: '^(src|simulator|schema|console)/', pathNot: [folder, ...others].map((name) => `^${name}/`) },
}));

/** A vendor's package stays in the folders named here. */
const vendorsStayHome = [
  ['type-graphql', '(type-graphql|graphql-scalars|class-validator|graphql-query-complexity)', ['^src/graphql/']],
  ['transport', '(@apollo/server|@as-integrations/fastify|fastify|@fastify/static|prom-client)', ['^src/http/']],
  ['sockets', '(graphql-ws|ws)', ['^src/http/']],
  ['eventstoredb', '@eventstore/db-client', ['^src/event-store/eventstoredb/']],
  ['sqlite', 'better-sqlite3', ['^src/event-store/sqlite/', '^src/read-models/sqlite/', '^src/forwarding/sqlite/']],
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
  '^src/event-store/sqlite/commit-worker\\.ts$',
  '^src/wiring/(analysis|projection|replica)-worker/worker\\.ts$',
];

module.exports = {
  forbidden: [
    ...foldersKeepToTheTable,
    ...vendorsStayHome,
    {
      name: 'adapters-are-named-in-the-wiring-only',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/(commands|wiring)/',
          '^src/(event-store|read-models|forwarding)/sqlite/',
          '^src/event-store/eventstoredb/',
        ],
      },
      to: { path: ['^src/event-store/(sqlite|eventstoredb)/', '^src/(read-models|forwarding)/sqlite/'] },
    },
    {
      name: 'adapters-do-not-name-each-other',
      comment: 'EventStoreDB is followed into a copy through the port for copies.',
      severity: 'error',
      from: { path: '^src/event-store/(sqlite|eventstoredb)/' },
      to: { path: '^src/(event-store|read-models)/(sqlite|eventstoredb)/', pathNot: '^src/event-store/$1/' },
    },
    {
      name: 'kernel-and-domain-use-no-package',
      severity: 'error',
      from: { path: '^src/(kernel|domain)/' },
      to: { dependencyTypesNot: ['local', 'core'] },
    },
    {
      name: 'domain-does-no-input-or-output',
      comment: 'Hashing is pure; every other part of Node is not the domain’s.',
      severity: 'error',
      from: { path: '^src/domain/' },
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
      name: 'no-dev-dependency',
      severity: 'error',
      from: { path: '^(src|simulator)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    {
      name: 'only-its-command-imports-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/commands/simulate\\.ts$' },
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
