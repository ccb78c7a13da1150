import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isCompositeType,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
} from 'graphql';
import { tablesOf } from '../../../src/api/export/tables.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { connectLive, type LiveSocket } from '../../support/live-socket.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../../support/running-app.ts';

/** Errors that graphql-js reports of the variables of one operation. */
const errorsMax = 50;

/** The parser of JSON makes it 850000000000000000, the sequence of another session. */
const rounded = '850000000000000001';
const refused = 'ID must be a string: a number above 9007199254740991 loses digits before it arrives. Put it in quotes';

let running: RunningApp;
let socket: LiveSocket;

beforeAll(async () => {
  running = await startApp();
  socket = await connectLive(running.app.url);
});
afterAll(async () => {
  await socket.close();
  await running.close();
});

/** JSON of an input, with a rounded number wherever it takes an id; and the paths of those numbers. */
interface Filled {
  readonly json: string;
  readonly paths: readonly string[];
}

/** Null if it takes no id, and need not be there. Inputs inside of themselves, such as `and`, are entered once. */
function fill(type: GraphQLInputType, at: string, entered: readonly GraphQLNamedType[] = []): Filled | null {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const entry = fill(nullable.ofType, `${at}[0]`, entered);
    return entry === null ? null : { json: `[${entry.json}]`, paths: entry.paths };
  }
  const named = getNamedType(nullable);
  if (named.name === 'ID' || named.name === 'BigInt') return { json: rounded, paths: [at] };
  if (!isInputObjectType(named) || entered.filter((one) => one === named).length > 1) return null;
  const members = Object.values(named.getFields()).flatMap((field) => {
    const filled = fill(field.type, `${at}.${field.name}`, [...entered, named]);
    if (filled === null) return isRequiredInputField(field) ? [{ json: `"${field.name}":null`, paths: [] }] : [];
    return [{ json: `"${field.name}":${filled.json}`, paths: filled.paths }];
  });
  const paths = members.flatMap((member) => member.paths);
  return paths.length === 0 ? null : { json: `{${members.map(({ json }) => json).join()}}`, paths };
}

/** An operation of one field and one of its arguments; whatever else is required is given as null, which is refused as well. */
interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly query: string;
  readonly variables: string;
  readonly paths: readonly string[];
}

function operationsOf(kind: Operation['kind'], field: GraphQLField<unknown, unknown>): Operation[] {
  const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join();
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join();
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  const query = `${kind} (${declared}) { ${field.name}(${passed})${selection} }`;
  return field.args.flatMap(({ name, type }) => {
    const filled = fill(type, name);
    return filled === null ? [] : [{ kind, query, variables: `{"${name}":${filled.json}}`, paths: filled.paths }];
  });
}

const schema = ledgerSchema();
const operations = (
  [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
).flatMap(([kind, root]) => Object.values(root?.getFields() ?? {}).flatMap((field) => operationsOf(kind, field)));

const json = { 'content-type': 'application/json' };
const bodyOf = ({ query, variables }: Operation) => `{"query":${JSON.stringify(query)},"variables":${variables}}`;
const searchOf = ({ query, variables }: Operation) => new URLSearchParams({ query, variables }).toString();
const fromEvents = (text: string) => JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as GraphqlAnswer;

/** The ways into GraphQL, and what cannot take which kind of operation. */
const doors: Readonly<Record<string, (operation: Operation, index: number) => Promise<GraphqlAnswer>>> = {
  async 'POST /graphql'(operation) {
    const answer = await fetch(`${running.app.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: bodyOf(operation),
    });
    return (await answer.json()) as GraphqlAnswer;
  },
  async 'GET /graphql'(operation) {
    const answer = await fetch(`${running.app.url}/graphql?${searchOf(operation)}`);
    return (await answer.json()) as GraphqlAnswer;
  },
  async 'a WebSocket'(operation, index) {
    const id = String(index);
    socket.send(`{"type":"subscribe","id":"${id}","payload":${bodyOf(operation)}}`);
    const answer = await socket.until((messages) => messages.find((message) => message.id === id));
    return {
      status: 200,
      errors: (answer.type === 'error' ? answer.payload : (answer.payload as GraphqlAnswer).errors) as never,
    };
  },
  async 'POST /graphql/stream'(operation) {
    const answer = await fetch(`${running.app.url}/graphql/stream`, {
      method: 'POST',
      headers: json,
      body: bodyOf(operation),
    });
    return fromEvents(await answer.text());
  },
  async 'GET /graphql/stream'(operation) {
    return fromEvents(await (await fetch(`${running.app.url}/graphql/stream?${searchOf(operation)}`)).text());
  },
};

function isTaken(door: string, { kind }: Operation): boolean {
  if (kind === 'mutation') return !door.startsWith('GET');
  return kind === 'query' || !door.endsWith(' /graphql');
}

test('the schema takes ids in arguments, in filters, in lists and within filters', () => {
  const paths = operations.flatMap((operation) => operation.paths);
  expect(paths).toEqual(
    expect.arrayContaining(['sequence', 'ids[0]', 'filter.appId.notIn[0]', 'filter.or[0].sequence.eq']),
  );
});

test.each(Object.entries(doors))(
  'a rounded number is refused wherever the schema takes an id: %s',
  async (door, send) => {
    const taken = operations.filter((operation) => isTaken(door, operation));
    const answers = await Promise.all(taken.map(send));
    answers.forEach((answer, index) => {
      const refusals = (answer.errors ?? []).filter(({ message }) => message.endsWith(refused));
      const at = refusals.map(({ message }) => /invalid value at [$]?([^:]+):/.exec(message)?.[1]);
      const { query = '', paths = [] } = taken[index] ?? {};
      const isCut = paths.length > errorsMax;
      expect({ query, at: at.sort() }).toEqual({
        query,
        at: paths.filter((one) => !isCut || at.includes(one)).sort(),
      });
      expect(at.length).toBeGreaterThanOrEqual(Math.min(paths.length, errorsMax - 1));
      for (const { extensions } of refusals) expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(JSON.stringify(answer)).not.toContain('85000000000000000');
    });
  },
);

test('a rounded number is refused in the parameters of tables', async () => {
  for (const { name, args } of tablesOf(schema).values()) {
    for (const arg of args) {
      const filled = isInputObjectType(getNullableType(arg.type)) ? fill(arg.type, arg.name) : null;
      if (filled === null) continue;
      const required = args.some((other) => other.name === 'from')
        ? { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
        : {};
      const search = new URLSearchParams({ ...required, [arg.name]: filled.json });
      if (args.some((other) => other.name === 'stepSeconds')) search.set('stepSeconds', '3600');
      const answer = await fetch(`${running.app.url}/export/${name}.csv?${search.toString()}`);
      expect([name, answer.status, await answer.json()]).toMatchObject([
        name,
        400,
        { error: 'BAD_USER_INPUT', message: expect.stringContaining(refused) as unknown },
      ]);
    }
  }
});
