import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const shared = {
  testEnvironment: 'node',
  // src/ has no tests: it is here so that coverage counts the files that no test loads.
  roots: ['<rootDir>/test', '<rootDir>/src'],
  globalSetup: '<rootDir>/test/support/build-once.ts',
  extensionsToTreatAsEsm: ['.ts'],
  // Its own bundle: one module instead of 300, which jest would load anew for each file that imports the app.
  moduleNameMapper: {
    '^class-validator$': '<rootDir>/node_modules/class-validator/bundles/class-validator.umd.min.js',
  },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        // In files of their own, as Jest reads them, instead of within the code, which V8 reads: of the app 1.3 MB instead of 4.6.
        sourceMaps: true,
      },
    ],
  },
};

/** The tests with properties that have more runs in the long tier: see `test/support/num-runs.ts`. */
const withManyRuns = readdirSync(join(import.meta.dirname, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.long.test.ts'))
  .filter((name) => readFileSync(join(import.meta.dirname, 'test', name), 'utf8').includes('numRunsOf('))
  .map((name) => `<rootDir>/test/${name.replaceAll('\\', '/')}`);

/** @type {import('jest').Config} */
export default {
  // Milliseconds. Tests wait for conditions, so this only ends what would never end: no result depends on it.
  testTimeout: 300_000,
  // Four at least: tests of outages and processes mostly wait, and others compute meanwhile.
  maxWorkers: Math.max(4, availableParallelism() - 1),
  coverageProvider: 'v8',
  // Not of a project: there it is not read.
  collectCoverageFrom: ['src/**/*.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  // Two tiers, by the name of the file: `npm test` runs the first, `npm run test:long` the other two projects.
  projects: [
    {
      ...shared,
      displayName: 'short',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['\\.long\\.test\\.ts$'],
    },
    { ...shared, displayName: 'long', testMatch: ['**/*.long.test.ts'] },
    { ...shared, displayName: 'many-runs', testMatch: withManyRuns, globals: { hasAllRuns: true } },
  ],
};
