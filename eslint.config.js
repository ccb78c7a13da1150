import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Clocks, timers, randomness, input and output. */
const globalsOfTheOutside = [
  ...['performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['crypto', 'process', 'console', 'fetch', 'WebSocket', 'EventSource', 'require', 'globalThis'],
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'data/', '**/*.generated.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // type-graphql's type classes carry decorators and nothing else.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Type aliases for unions of states and plain records alike: one habit, not two.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // tsc's noPropertyAccessFromIndexSignature asks for exactly what this rule forbids.
      '@typescript-eslint/dot-notation': 'off',
      // type-graphql reads the fields of whatever a resolver returns; its type classes are never constructed.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // The helpers that prepare a statement name the types of its parameters for their callers.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['src/**', 'simulator/**', 'bench/**', 'console/**'],
    rules: {
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true, IIFEs: true }],
      'max-params': ['error', 4],
      'max-depth': ['error', 4],
    },
  },
  {
    // The domain is a function of what it is given. That it imports no part of Node but hashing is in the import table.
    files: ['src/domain/**'],
    rules: {
      'no-restricted-globals': ['error', ...globalsOfTheOutside],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The time is given by the caller.' },
        { object: 'Math', property: 'random', message: 'What is random is given by the caller.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'node:crypto',
              allowImportNames: ['createHash', 'hash'],
              message: 'The domain hashes, and is not random.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
          message: 'The time is given by the caller.',
        },
      ],
    },
  },
  { files: ['console/**'], extends: [reactHooks.configs.flat.recommended] },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', module: 'writable', URL: 'readonly' } },
  },
  {
    // What browsers have as well.
    files: ['docs/clients/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'fetch', 'setTimeout', 'clearTimeout', 'AbortController', 'TextDecoderStream'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
);
