import { nobody } from '../../../src/log/author.ts';
import { expect, test } from '@jest/globals';
import { buildSchema, execute, getNamedType, getOperationAST, isObjectType, parse } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { executeOperation, querySlices, resolveInSlices } from '../../../src/api/execution/execute.ts';
import { operationEntriesMax } from '../../../src/lists/budgets.ts';
import { GraphqlContext } from '../../../src/api/context.ts';
import { createSharedSlices } from '../../../src/kernel/time-slices.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { RowBudget } from '../../../src/lists/listing.ts';
import { countTurns } from '../../support/count-turns.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { openLiveFixture } from '../../support/live-ledger-fixture.ts';
import { relayBody } from '../../support/relay-bodies.ts';

test('where a turn is over, each list of an object is resolved in one of its own', async () => {
  let nowMs = 0;
  // A second passes with every look at the clock.
  const slices = createSharedSlices(1, () => (nowMs += 1_000)).ofOne();
  const schema = buildSchema('type Query { things: [Thing!]! } type Thing { inner: [Thing!]! name: String! }');
  const resolvedIn: number[] = [];
  await countTurns(async (count) => {
    const things = schema.getType('Thing');
    if (!isObjectType(things)) throw new Error('There are no things.');
    const { inner, name } = things.getFields();
    const root = schema.getQueryType()?.getFields()['things'];
    if (inner === undefined || name === undefined || root === undefined) throw new Error('A field is missing.');
    root.resolve = () => Array.from({ length: 20 }, () => ({}));
    name.resolve = () => 'one';
    inner.extensions = { complexity: 1 };
    inner.resolve = () => {
      resolvedIn.push(count());
      return [{}, {}];
    };
    resolveInSlices(schema);
    const document = parse('{ things { name inner { name inner { name } } } }');
    const { data } = await execute({ schema, document, contextValue: { entries: new RowBudget(120), slices } });
    const below = { name: 'one', inner: [{ name: 'one' }, { name: 'one' }] };
    expect(data).toEqual({ things: Array.from({ length: 20 }, () => ({ name: 'one', inner: [below, below] })) });
    const { errors } = await execute({ schema, document, contextValue: { entries: new RowBudget(119), slices } });
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  });
  // Sixty for each of the two; the first may still be in the turn that the test began in.
  expect(resolvedIn).toHaveLength(120);
  expect(new Set(resolvedIn).size).toBeGreaterThanOrEqual(118);
});

test('a long list is completed in several slices', async () => {
  const schema = buildSchema('type Query { things: [Thing!]! } type Thing { number: Int! }');
  const things = Array.from({ length: 200 }, (_, index) => ({
    get number() {
      const begunMs = performance.now();
      while (performance.now() < begunMs + 0.1);
      return index;
    },
  }));
  resolveInSlices(schema);
  const document = parse('{ things { number } }');
  await countTurns(async (count) => {
    const { data } = await execute({
      schema,
      document,
      rootValue: { things },
      contextValue: { slices: querySlices.ofOne() },
    });
    expect(count()).toBeGreaterThan(2);
    expect(data).toEqual({ things: things.map((_, number) => ({ number })) });
  });
});

test('every list inside of an object costs something, so that it waits for a turn', () => {
  const schema = ledgerSchema();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const free = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || roots.includes(type) || type.name.startsWith('__')) return [];
    const { fieldResolvers, objectTypes } = getMetadataStorage();
    const shown = objectTypes.find(({ name }) => name === type.name)?.target;
    const methods = fieldResolvers.filter(({ getObjectType }) => getObjectType?.() === shown);
    return Object.values(type.getFields())
      .filter(({ name }) => methods.some(({ schemaName }) => schemaName === name))
      .filter((field) => isObjectType(getNamedType(field.type)) && field.extensions['complexity'] === undefined)
      .map(({ name }) => `${type.name}.${name}`);
  });
  // One field of one object.
  expect(free).toEqual(['Projection.poisoned']);
});

test('everything else runs while lists inside of a long list are read; more entries than an operation may have are refused', async () => {
  const [tasks, sessions] = [50, 80];
  class SmallContext extends GraphqlContext {
    override readonly entries = new RowBudget(tasks * sessions);
  }
  const target = { stream_id: 'one', to_url: 'rtmp://push.example/live/one' };
  const arrivals: TestArrival[] = [
    ...Array.from({ length: tasks }, (_, task) => relayBody('TaskStart', {}, { ...target, task_id: String(task) })),
    ...Array.from({ length: sessions + 1 }, (_, number) =>
      pushBody({ app: 'push.example', appname: 'live', stream_id: 'one', sequence: String(1_000 + number) }),
    ),
  ].map((body, index) => ({ body, receivedAtMs: 1_545_115_790_000 + index }));
  await withLedger(arrivals, async (ledger) => {
    const live = openLiveFixture(ledger, await ledger.projected());
    const asked = {
      role: 'viewer',
      scope: null,
      client: 'a',
      requestId: 'request',
      author: nobody,
      isIdentified: false,
      resumeAfter: null,
    } as const;
    const contexts: GraphqlContext[] = [];
    const ask = async (first: number) => {
      const document = parse(
        'query ($first: Int) { streamSessions(first: $first) { nodes { relayTasks { taskId } } } }',
      );
      const operation = getOperationAST(document);
      if (operation == null) throw new Error('There is no operation.');
      const context = new SmallContext(live.ports, asked);
      contexts.push(context);
      await context.begin();
      const { result } = await executeOperation({
        schema: ledgerSchema(),
        document,
        operation,
        variables: { first },
        context,
      });
      return result;
    };
    try {
      expect(new GraphqlContext(live.ports, asked).measured.entries.limit).toBe(operationEntriesMax);
      expect(GraphqlContext.ofMessage(live.ports, asked, live.ports.readModel).slices).toBe(querySlices.urgent);
      await countTurns(async (count) => {
        const text = JSON.stringify(await ask(sessions));
        expect(text.match(/"taskId"/g)).toHaveLength(tasks * sessions);
        // No machine is so fast that this many are no work for several slices; on a slow one it is more.
        expect(count()).toBeGreaterThan(4);
      });
      const { errors } = await ask(sessions + 1);
      expect(errors?.[0]?.originalError).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
    } finally {
      for (const context of contexts) context.end();
      live.close();
    }
  });
});
