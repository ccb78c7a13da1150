import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { buildSchema, execute, parse, validate, type ExecutionResult } from 'graphql';
import { Arg, buildSchemaSync, Int, Query, Resolver, Root, Subscription } from 'type-graphql';

// docs/patches.md: what type-graphql builds, and how graphql-js words its errors.

test('type-graphql gives a subscription the method as resolve, with its arguments, and a subscribe of the pub/sub', async () => {
  class Counter {
    nothing(): number {
      return 0;
    }
    from(root: number, first: number): number {
      return root + first;
    }
  }
  const { prototype } = Counter;
  // Decorators as functions, since a test is not compiled with the metadata that they would read.
  Resolver()(Counter);
  Query(() => Int)(prototype, 'nothing', Object.getOwnPropertyDescriptor(prototype, 'nothing') ?? {});
  Subscription(() => Int, { topics: 'none' })(
    prototype,
    'from',
    Object.getOwnPropertyDescriptor(prototype, 'from') ?? {},
  );
  Root()(prototype, 'from', 0);
  Arg('first', () => Int)(prototype, 'from', 1);
  const pubSub = { publish: () => undefined, subscribe: () => ({}) as AsyncIterable<unknown> };
  const schema = buildSchemaSync({ resolvers: [Counter], pubSub, validate: false });
  const field = schema.getSubscriptionType()?.getFields()['from'];
  expect(typeof field?.subscribe).toBe('function');
  expect(await field?.resolve?.(40, { first: 2 }, {}, {} as never)).toBe(42);
});

const schema = buildSchema('enum E { A } input I { n: Int! } type Query { e(e: E, i: I): Int }');

function refusals(text: string): readonly string[] {
  try {
    return validate(schema, parse(text)).map(({ message }) => message);
  } catch (error) {
    return [(error as Error).message];
  }
}

function run(text: string, variableValues: Record<string, unknown>, operationName?: string): string[] {
  const { errors = [] } = execute({
    schema,
    document: parse(text),
    variableValues,
    ...(operationName === undefined ? {} : { operationName }),
  }) as ExecutionResult;
  return errors.map(({ message }) => message);
}

test('graphql-js words its errors as withoutValues cuts them', () => {
  expect(refusals('{ e(e: SECRET) }')).toEqual(['Value "SECRET" does not exist in "E" enum.']);
  expect(refusals('{ e(i: { n: "secret" }) }')).toEqual(['Int cannot represent non-integer value: "secret"']);
  expect(refusals('secret { e }')).toEqual(['Syntax Error: Unexpected Name "secret".']);
  expect(refusals('{ e(i: {"secret"}) }')).toEqual(['Syntax Error: Expected Name, found String "secret".']);
  expect(run('query ($i: I) { e(i: $i) }', { i: { n: 'secret' } })).toEqual([
    'Variable "$i" got invalid value "secret" at "i.n"; Int cannot represent non-integer value: "secret"',
  ]);
  expect(run('query Q { e }', {}, 'secret')).toEqual(['Unknown operation named "secret".']);
});
