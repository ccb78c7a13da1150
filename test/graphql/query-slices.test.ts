import { expect, test } from '@jest/globals';
import { buildSchema, execute, getNamedType, getOperationAST, isObjectType, parse } from 'graphql';
import { setImmediate as turn } from 'node:timers/promises';
import { executePlanned, type Execution } from '../../src/graphql/execution/execute.ts';
import { propertyOf } from '../../src/graphql/execution/plain-fields.ts';
import {
  createQuerySlices,
  querySliceMsMax,
  querySlices,
  resolveInSlices,
  shortQueryMsMax,
  type OperationSlices,
} from '../../src/graphql/execution/query-slices.ts';
import { operationEntriesMax } from '../../src/graphql/lists/budgets.ts';
import { createGraphqlContext, Operation } from '../../src/graphql/operation.ts';
import { ledgerSchema } from '../../src/graphql/schema.ts';
import { snapshotBounds } from '../../src/read-models/sqlite/sqlite-read-models.ts';
import { RowBudget } from '../../src/read-models/listing.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { withLedger, type TestArrival } from '../support/ledger.ts';
import { openLiveFixture } from '../support/live-ledger-fixture.ts';
import { relayBody } from '../support/relay-bodies.ts';

/** Counts the turns of the event loop while it runs. */
async function countTurns<Result>(work: (turns: () => number) => Promise<Result>): Promise<Result> {
  let [turns, isDone] = [0, false];
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  try {
    return await work(() => turns);
  } finally {
    isDone = true;
  }
}

test('a turn is over once queries have worked in it for so long; the next begins with the first that works in it', async () => {
  let nowMs = 0;
  const slices = createQuerySlices(() => nowMs).ofQuery();
  expect(slices.isOver()).toBe(false);
  nowMs += querySliceMsMax - 1;
  expect(slices.isOver()).toBe(false);
  nowMs += 1;
  expect(slices.isOver()).toBe(true);
  await turn();
  expect(slices.isOver()).toBe(false);
});

test('as many of those who wait as fit into a turn go on in it, one after the other; the next ones in the next', async () => {
  let nowMs = 0;
  const slices = createQuerySlices(() => nowMs).ofQuery();
  const order: string[] = [];
  /** Works for half a turn, in two parts. */
  const work = async (name: string, count: () => number) => {
    await slices.next();
    order.push(`${name} begins`);
    nowMs += querySliceMsMax / 2;
    for (let hop = 0; hop < 5; hop += 1) await Promise.resolve();
    order.push(`${name} ends`);
    return count();
  };
  await countTurns(async (count) => {
    const [one = 0, two, three, four, five] = await Promise.all(
      ['1', '2', '3', '4', '5'].map((name) => work(name, count)),
    );
    expect([two, three, four, five]).toEqual([one, one + 1, one + 1, one + 2]);
  });
  expect(order).toEqual(['1', '2', '3', '4', '5'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('a long query has all that it needs before the next one; short ones come before, and before these what is urgent', async () => {
  let nowMs = 0;
  const { urgent, ofQuery } = createQuerySlices(() => nowMs);
  const turnsOfShort = shortQueryMsMax / querySliceMsMax;
  const had: string[] = [];
  const run = async (name: string, slices: OperationSlices, waits: number) => {
    for (let waited = 0; waited < waits; waited += 1) {
      await slices.next();
      had.push(name);
      nowMs += querySliceMsMax;
    }
  };
  await Promise.all([
    run('one long', ofQuery(), 50),
    run('another', ofQuery(), 50),
    run('short', ofQuery(), turnsOfShort),
    run('urgent', urgent, 50),
  ]);
  const times = (name: string, slices: number) => Array.from({ length: slices }, () => name);
  expect(had).toEqual([
    ...times('urgent', 50),
    ...times('one long', turnsOfShort),
    ...times('another', turnsOfShort),
    ...times('short', turnsOfShort),
    ...times('one long', 50 - turnsOfShort),
    ...times('another', 50 - turnsOfShort),
  ]);
});

test('where a turn is over, each list of an object is resolved in one of its own, by a plan and by graphql-js', async () => {
  let nowMs = 0;
  // A second passes with every look at the clock.
  const slices = createQuerySlices(() => (nowMs += 1_000)).ofQuery();
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
    const operation = getOperationAST(document);
    if (operation == null) throw new Error('There is no operation.');
    const createContext = () => ({ entries: new RowBudget(120), slices });
    const ours = await executePlanned({ schema, document, operation, variables: {}, createContext });
    const theirs = await execute({ schema, document, contextValue: createContext() });
    expect(ours).toBe(JSON.stringify(theirs.data));
    const { errors } = await execute({ schema, document, contextValue: { entries: new RowBudget(119), slices } });
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  });
  // Sixty for each of the three; the first may still be in the turn that the test began in.
  expect(resolvedIn).toHaveLength(180);
  expect(new Set(resolvedIn).size).toBeGreaterThanOrEqual(178);
});

test('a long list is written in several slices, as graphql-js has it', async () => {
  const schema = buildSchema('type Query { things: [Thing!]! } type Thing { number: Int! }');
  const slow = {
    get things() {
      return Array.from({ length: 200 }, (_, index) => ({
        get number() {
          const begunMs = performance.now();
          while (performance.now() < begunMs + 0.1);
          return index;
        },
      }));
    },
  };
  for (const type of ['Query', 'Thing']) {
    const object = schema.getType(type);
    if (!isObjectType(object)) throw new Error('A type is missing.');
    for (const field of Object.values(object.getFields())) {
      field.extensions = { property: field.name };
      field.resolve = (source: Record<string, unknown>) => source[field.name];
    }
  }
  const document = parse('{ things { number } }');
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('There is no operation.');
  const execution = {
    schema,
    document,
    operation,
    variables: {},
    rootValue: slow,
    createContext: () => ({ slices: querySlices.ofQuery() }),
  };
  await countTurns(async (count) => {
    const ours = await executePlanned(execution);
    expect(count()).toBeGreaterThan(2);
    expect(ours).toBe(JSON.stringify((await execute({ schema, document, rootValue: slow })).data));
  });
});

test('every list inside of an object costs something, so that it waits for a turn', () => {
  const schema = ledgerSchema();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const free = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || roots.includes(type) || type.name.startsWith('__')) return [];
    const resolved = Object.values(type.getFields()).filter((field) => propertyOf(field) === null);
    return resolved
      .filter((field) => isObjectType(getNamedType(field.type)) && field.extensions['complexity'] === undefined)
      .map(({ name }) => `${type.name}.${name}`);
  });
  // One field of one object.
  expect(free).toEqual(['Projection.poisoned']);
});

test('everything else runs while lists inside of a long list are read; more entries than an operation may have are refused', async () => {
  const [tasks, sessions] = [100, operationEntriesMax / 100];
  const target = { stream_id: 'one', to_url: 'rtmp://push.example/live/one' };
  const arrivals: TestArrival[] = [
    ...Array.from({ length: tasks }, (_, task) => relayBody('TaskStart', {}, { ...target, task_id: String(task) })),
    ...Array.from({ length: sessions + 1 }, (_, number) =>
      pushBody({ app: 'push.example', appname: 'live', stream_id: 'one', sequence: String(1_000 + number) }),
    ),
  ].map((body, index) => ({ body, receivedAtMs: 1_545_115_790_000 + index }));
  await withLedger(arrivals, async (ledger) => {
    // However long a busy machine takes.
    const bounds = { ...snapshotBounds, queries: { ...snapshotBounds.queries, openMsMax: 3_600_000 } };
    const live = openLiveFixture(ledger, await ledger.projected(), { bounds });
    const asked = { role: 'viewer', requestId: 'request', callerName: null, resumeAfter: null } as const;
    const state = new Operation(live.ports, asked);
    const ask = async (first: number): Promise<string | null> => {
      const document = parse(
        'query ($first: Int) { streamSessions(first: $first) { nodes { relayTasks { taskId } } } }',
      );
      const operation = getOperationAST(document);
      if (operation == null) throw new Error('There is no operation.');
      const createContext = () => createGraphqlContext(state);
      const execution: Execution = { schema: ledgerSchema(), document, operation, variables: { first }, createContext };
      return executePlanned(execution);
    };
    try {
      expect(Operation.ofMessage(live.ports, asked, live.ports.readModel).slices).toBe(querySlices.urgent);
      await state.begin();
      await countTurns(async (count) => {
        const text = await ask(sessions);
        expect(text?.match(/"taskId"/g)).toHaveLength(operationEntriesMax);
        // No machine is so fast that this many are no work for several slices; on a slow one it is more.
        expect(count()).toBeGreaterThan(4);
      });
      expect(await ask(sessions + 1)).toBeNull();
    } finally {
      state.end();
      live.close();
    }
  });
});
