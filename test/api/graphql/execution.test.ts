import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import {
  buildSchema,
  execute,
  getOperationAST,
  isObjectType,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import * as operations from '../../../schema/operations.generated.ts';
import { executeOperation, type Execution } from '../../../src/api/execution/execute.ts';
import { querySlices } from '../../../src/api/execution/query-slices.ts';
import { createGraphqlContext, Operation } from '../../../src/api/operation.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { everyField } from '../../support/every-field.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { openLiveFixture } from '../../support/live-ledger-fixture.ts';
import { relayBody } from '../../support/relay-bodies.ts';

/** Executing by a plan and executing by graphql-js are compared: the same data, the same errors. */

interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly createContext: Execution['createContext'];
}

async function bothAnswers({
  schema,
  document,
  variables,
  createContext,
}: Asked): Promise<[ours: string, theirs: string]> {
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('The document has not one operation.');
  const ours = await executeOperation({ schema, document, operation, variables, createContext });
  const theirs = await execute({ schema, document, variableValues: variables, contextValue: createContext() });
  return [sent(ours), sent(theirs)];
}

/** With the order of its fields, as it is sent. */
function sent({ data, errors }: ExecutionResult): string {
  return JSON.stringify({ data, errors: errors?.map((error) => [error, error.originalError?.message]) }, null, 1);
}

describe('over the ledger', () => {
  const schema = ledgerSchema();
  const arrivals: TestArrival[] = [
    pushBody(),
    interruptionBody(),
    relayBody('TaskStart', { task_start_time: 1_000_000 }, { task_id: 'one' }),
    relayBody('TaskExit', { task_exit_time: 2_000_000, code: -22 }, { task_id: 'one' }),
  ].map((body, index) => ({ body, receivedAtMs: 1_700_000_000_000 + index }));
  const values = { sequence: String(pushBody()['sequence']), taskId: 'one', appId: null, first: 2, id: 'none' };

  const shipped = Object.values(operations as Record<string, unknown>).filter(
    (value): value is DocumentNode => (value as { kind?: unknown }).kind === ('Document' as unknown),
  );
  const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => parse(text));
  const lists = { callbacks: 'CallbackRecord', streamSessions: 'StreamSession', relayTasks: 'RelayTask' };
  const whole = Object.entries(lists).map(([list, type]) =>
    parse(`query ($first: Int = 1) { a: ${list} { totalCount edges { cursor node { ...all __typename } } }
      b: ${list}(first: $first) { pageInfo { startCursor endCursor } nodes { id } } c: ${list}(first: 501) { liveFrom } }
      fragment all on ${type} { ${everyField(schema, type)} }`),
  );
  const introspection = parse(
    '{ __schema { types { name kind fields { name type { name ofType { name } } } } } __typename }',
  );

  test('a method that makes a field is called as it is, also with an argument: no promise for each row', async () => {
    const type = schema.getType('StreamSession');
    const field = isObjectType(type) ? type.getFields()['isSilent'] : undefined;
    const live = { state: 'LIVE', lastReceivedAtMs: 0 };
    const context = { clock: () => 5_000, readModel: { lastHeardAtMs: () => null }, slices: querySlices.urgent };
    const isSilentAfter = (afterSeconds: number) => field?.resolve?.(live, { afterSeconds }, context, {} as never);
    for (const seconds of [4, 5]) {
      // In a turn of its own: none that a busy machine has used up.
      await turn();
      expect(isSilentAfter(seconds)).toBe(seconds === 4);
    }
  });

  test('every shipped operation, every document of docs/api.md, and every field of every list', async () => {
    await withLedger(arrivals, async (ledger) => {
      const live = openLiveFixture(ledger, await ledger.projected());
      const request = { role: 'operator', requestId: 'request', callerName: null, resumeAfter: null } as const;
      const documents = [...shipped, ...documented, ...whole, introspection].filter(
        (document) => getOperationAST(document)?.operation === OperationTypeNode.QUERY,
      );
      expect(documents.length).toBeGreaterThan(40);
      try {
        for (const document of documents) {
          const state = new Operation(live.ports, request);
          await state.begin();
          const createContext = () => createGraphqlContext(state);
          for (let round = 0; round < 2; round += 1) {
            let contexts = 0;
            const counted = () => {
              contexts += 1;
              return createContext();
            };
            const [ours, theirs] = await bothAnswers({ schema, document, variables: values, createContext: counted });
            expect(ours).toBe(theirs);
            // One for each execution: graphql-js executes what has no error only where it is asked to.
            if (!theirs.includes('"errors"')) expect(contexts).toBe(2);
          }
          state.end();
        }
      } finally {
        live.close();
      }
    });
  });
});

describe('over a schema whose resolvers do anything', () => {
  const schema = buildSchema(`
    interface Node { id: ID!  name: String  next: Node }
    enum Color { RED GREEN }
    type Query { node: Node  thing: Thing!  things(count: Int = 2): [Thing!]  grid: [[Int!]]!  other: Other }
    type Thing implements Node { id: ID!  name: String  next: Node  count: Int!  color: Color  tags: [String!]!  all: [Node]! }
    type Other implements Node { id: ID!  name: String  next: Node  value(times: Int! = 1, text: String): Float  thing: Thing! }
  `);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const isPlain = ['id', 'count', 'color'].includes(field.name);
      field.resolve = isPlain ? (source: Source) => source[field.name] : misbehave;
      if (isPlain) field.extensions = { property: field.name };
    }
  }

  type Source = Readonly<Record<string, unknown>>;
  /** graphql-js leaves rejections unhandled where one entry of a list waits and another throws: no mode does both. */
  const modes = ['values', 'promises', 'mixed'] as const;
  interface Context {
    readonly seed: number;
    readonly mode: (typeof modes)[number];
  }

  /** What a field does depends on the run and the path only, so that both executions see the same. */
  function misbehave(_source: unknown, args: object, { seed, mode }: Context, info: GraphQLResolveInfo): unknown {
    let hash = seed;
    for (let path: GraphQLResolveInfo['path'] | undefined = info.path; path !== undefined; path = path.prev) {
      for (const character of `${path.typename ?? ''}.${path.key}`)
        hash = (hash * 31 + character.charCodeAt(0)) % 65_521;
    }
    const value = valueOf(String(info.returnType), hash, args, mode);
    const settled = mode === 'mixed' ? value : mayFail(value, hash);
    if (mode === 'promises') return settled instanceof Error ? Promise.reject(settled) : Promise.resolve(settled);
    if (mode === 'mixed') return hash % 3 === 0 ? Promise.resolve(value) : value;
    if (settled instanceof Error && hash % 2 === 0) throw settled;
    return settled;
  }

  function mayFail(value: unknown, hash: number): unknown {
    const rarely = hash % 30;
    if (rarely <= 1) return new Error('It fails.');
    if (rarely === 2) return null;
    if (rarely === 3) return { not: 'of this type' };
    if (rarely === 4 && Array.isArray(value)) return new Set(value);
    return value;
  }

  function valueOf(type: string, hash: number, args: object, mode: Context['mode']): unknown {
    const wrong = (every: number) => mode === 'values' && hash % every === 0;
    const object = (name: string) => ({
      __typename: wrong(50) ? 'Nothing' : name,
      id: wrong(60) ? null : hash,
      count: wrong(45) ? 'no number' : hash,
      color: wrong(30) ? 'BLUE' : 'RED',
    });
    if (type.startsWith('[[')) return [[1, wrong(20) ? null : 2], wrong(7) ? null : [3], []];
    if (type.includes('String')) return type.startsWith('[') ? ['a', wrong(25) ? null : 'b'] : 'text';
    if (type === 'Float') return hash / 7 + JSON.stringify(args).length;
    const name = type.includes('Node') ? (hash % 2 === 0 ? 'Thing' : 'Other') : type.replace(/[^A-Za-z]/g, '');
    return type.startsWith('[') ? [object(name), object(name)] : object(name);
  }

  const directive = fc.constantFrom('', '', '', ' @include(if: $yes)', ' @skip(if: $no)', ' @include(if: false)');
  const alias = fc.constantFrom('', '', '', 'a: ', 'b: ', '__proto__: ', 'constructor: ');
  const leaves = {
    Node: ['id', 'name', '__typename'],
    Thing: ['id', 'name', 'count', 'color', 'tags', '__typename'],
    Other: ['id', 'name', 'value', 'value(times: $times)', 'value(times: 2, text: $text)', '__typename'],
    Query: ['grid', '__typename'],
  };
  const inner = {
    Node: [['next', 'Node']],
    Thing: [
      ['next', 'Node'],
      ['all', 'Node'],
    ],
    Other: [
      ['next', 'Node'],
      ['thing', 'Thing'],
    ],
    Query: [
      ['node', 'Node'],
      ['thing', 'Thing'],
      ['things(count: $times)', 'Thing'],
      ['things', 'Thing'],
      ['other', 'Other'],
    ],
  } as const;
  type TypeName = keyof typeof leaves;

  const selection = (type: TypeName, depth: number): fc.Arbitrary<string> => {
    const leaf = fc.tuple(alias, fc.constantFrom(...leaves[type]), directive).map((parts) => parts.join(''));
    if (depth === 0) return fc.array(leaf, { minLength: 1, maxLength: 4 }).map((all) => `{ ${all.join(' ')} }`);
    const object = fc
      .constantFrom(...inner[type])
      .chain(([name, of]) =>
        fc.tuple(alias, fc.constant(name), directive, selection(of, depth - 1)).map((parts) => parts.join('')),
      );
    const onTypes: readonly TypeName[] = type === 'Node' ? ['Node', 'Thing', 'Other'] : [type];
    const fragment = fc
      .constantFrom(...onTypes)
      .chain((on) => fc.tuple(directive, selection(on, depth - 1)).map(([when, set]) => `... on ${on}${when} ${set}`));
    const spread = fc.constantFrom(...(type === 'Query' ? ['__typename'] : ['...named', '...named @skip(if: $no)']));
    return fc
      .array(fc.oneof(leaf, object, object, fragment, spread), { minLength: 1, maxLength: 4 })
      .map((all) => `{ ${all.join(' ')} }`);
  };

  const variables = fc.record(
    {
      yes: fc.constantFrom(true, false),
      no: fc.constantFrom(true, false, null),
      times: fc.constantFrom(1, 3, null, 'no number'),
      text: fc.constantFrom('x', null),
    },
    { requiredKeys: [] },
  );

  test('generated documents have the same data, errors and nulls', async () => {
    const seen = { data: 0, errors: 0 };
    await fc.assert(
      fc.asyncProperty(
        selection('Query', 3),
        variables,
        fc.nat(65_520),
        fc.constantFrom(...modes),
        async (set, given, seed, mode) => {
          const head = '($yes: Boolean = true, $no: Boolean! = false, $times: Int! = 2, $text: String)';
          const document = parse(`query ${head} ${set} fragment named on Node { id next { ... on Thing { count } } }`);
          const problems = validate(schema, document).filter(({ message }) => !/never used|is not used/.test(message));
          fc.pre(problems.length === 0);
          for (const variables of [given, {}]) {
            const [ours, theirs] = await bothAnswers({
              schema,
              document,
              variables,
              createContext: () => ({ seed, mode, slices: querySlices.urgent }),
            });
            expect(ours).toBe(theirs);
            if (theirs.includes('"errors"')) seen.errors += 1;
            else seen.data += 1;
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(Math.min(seen.data, seen.errors)).toBeGreaterThan(50);
  });
});
