import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { eventsOf, openEventStream } from '../../support/live-stream.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** Null for an argument, or for a field of an input, that may be left out means the same as leaving it out. */

const schema = ledgerSchema();
const [ended, live] = ['7000000000000000001', '7000000000000000002'];
const now = Math.floor(Date.now() / 1_000);

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  for (const body of [
    pushBody({ sequence: ended, event_time: now - 600 }),
    interruptionBody({ sequence: ended, event_time: now - 300 }),
    pushBody({ sequence: live, event_time: now - 200 }),
    relayBody('TaskStart', {}),
    'no callback',
  ]) {
    await running.post(body);
  }
  await running.projected();
});
afterAll(() => running.close());

/** What required arguments are, by their names. */
const required: Readonly<Record<string, string>> = {
  from: `"${new Date((now - 3_600) * 1_000).toISOString()}"`,
  to: `"${new Date((now + 3_600) * 1_000).toISOString()}"`,
  stepSeconds: '600',
  sequence: `"${ended}"`,
  taskId: '"220071"',
  id: '"none"',
  ids: '["none"]',
  target: '"none"',
  text: '"A note"',
  reason: '"A reason"',
  start: '{ position: "1" }',
};

type Field = GraphQLField<unknown, unknown>;

const optionalOf = ({ args }: Field) => args.filter((arg) => !isRequiredArgument(arg));

/** The field with its required arguments, and with what is given for the others. */
function fieldWith(field: Field, given: readonly string[]): string {
  const needed = field.args.filter(isRequiredArgument).map(({ name }) => `${name}: ${required[name] ?? name}`);
  const all = [...needed, ...given];
  return `${field.name}${all.length > 0 ? `(${all.join(', ')})` : ''} ${selectionOf(field.type)}`;
}

/** Values of the object itself, and of a page its nodes: cheap, and different in each of the lists. */
function selectionOf(given: GraphQLOutputType): string {
  const type = getNamedType(given);
  if (isLeafType(type)) return '';
  if (!isObjectType(type)) return '{ id }';
  const fields = Object.values(type.getFields()).filter(
    ({ args, extensions, name }) =>
      args.length === 0 && extensions['complexity'] === undefined && name !== 'edges' && name !== 'liveFrom',
  );
  const shown = fields.flatMap((field) => {
    if (isLeafType(getNamedType(field.type))) return field.name;
    const isShown = ['nodes', 'rows', 'points', 'lines', 'entries'].includes(field.name);
    return isShown ? `${field.name} ${selectionOf(field.type)}` : [];
  });
  return `{ __typename ${shown.join(' ')} }`;
}

/** An input in which all that may be left out is null, also inside its comparisons. */
function inputOfNulls(type: GraphQLInputObjectType): string {
  const fields = Object.values(type.getFields()).map((field) => {
    const inner = getNullableType(field.type);
    const isComparison = isInputObjectType(inner) && inner !== type && !inner.isOneOf && !requiresAny(inner);
    if (isNonNullType(field.type)) return `${field.name}: ${required[field.name] ?? field.name}`;
    return `${field.name}: ${isComparison ? inputOfNulls(inner) : 'null'}`;
  });
  return `{ ${fields.join(', ')} }`;
}

const requiresAny = (type: GraphQLInputObjectType) =>
  Object.values(type.getFields()).some(({ type: of }) => isNonNullType(of));

const nulls = (field: Field) => optionalOf(field).map(({ name }) => `${name}: null`);
/** The types of its filters: one or none. */
const filtersOf = (field: Field) =>
  field.args.flatMap(({ name, type }) => (name === 'filter' && isInputObjectType(type) ? [type] : []));

const queries = Object.values(schema.getQueryType()?.getFields() ?? {});
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
const withOptional = (fields: readonly Field[]) =>
  fields.filter((field) => optionalOf(field).length > 0).map((field) => [field.name, field] as const);

describe('null answers the same as nothing', () => {
  test.each(withOptional(queries))(
    'for each optional argument of %s, in the document and in variables',
    async (_name, field) => {
      const optional = optionalOf(field);
      const { data, errors } = await running.ask(
        `query (${optional.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')}) {
        without: ${fieldWith(field, [])}
        literals: ${fieldWith(field, nulls(field))}
        variables: ${fieldWith(
          field,
          optional.map(({ name }) => `${name}: $${name}`),
        )}
      }`,
        Object.fromEntries(optional.map(({ name }) => [name, null])),
      );
      expect(errors).toBeUndefined();
      expect(data?.['literals']).toEqual(data?.['without']);
      expect(data?.['variables']).toEqual(data?.['without']);
    },
  );

  test.each(queries.flatMap((field) => filtersOf(field).map((type) => [field.name, field, type] as const)))(
    'for each field and comparison of the filter of %s',
    async (_name, field, type) => {
      const filter = inputOfNulls(type);
      const { data, errors } = await running.ask(
        `{ without: ${fieldWith(field, [])} nulls: ${fieldWith(field, [`filter: ${filter}`])} }`,
      );
      expect(errors).toBeUndefined();
      expect(data?.['nulls']).toEqual(data?.['without']);
    },
  );

  const inner = ['StreamSession', 'RelayTask'].flatMap((name) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return withOptional(fields).map(([field, declared]) => [name, field, declared] as const);
  });
  test.each(inner)('for each optional argument of %s.%s', async (type, _name, field) => {
    const list = type === 'StreamSession' ? 'streamSessions' : 'relayTasks';
    const { data, errors } = await running.ask(
      `{ ${list}(first: 5) { nodes { without: ${fieldWith(field, [])} nulls: ${fieldWith(field, nulls(field))} } } }`,
    );
    expect(errors).toBeUndefined();
    const { nodes } = data?.[list] as { nodes: { without: unknown; nulls: unknown }[] };
    expect(nodes.length).toBeGreaterThan(0);
    expect(nodes.map((node) => node.nulls)).toEqual(nodes.map((node) => node.without));
  });

  test('every object with such a field is asked', () => {
    const others = Object.values(schema.getTypeMap()).filter(
      (type) =>
        isObjectType(type) && withOptional(Object.values(type.getFields())).length > 0 && !type.name.startsWith('__'),
    );
    expect(others.map(({ name }) => name).sort()).toEqual([
      // Asked in test/incidents/incidents-graphql.test.ts: it takes many failures to have one.
      'Incident',
      'Mutation',
      'Query',
      'RelayTask',
      'StreamSession',
      'Subscription',
    ]);
  });

  test.each(withOptional(mutations))(
    'for each optional argument of %s: it fails, or succeeds, alike',
    async (_name, field) => {
      const outcomes = [];
      for (const given of [[], nulls(field)]) {
        const { data, errors = [] } = await running.ask(`mutation { answer: ${fieldWith(field, given)} }`);
        outcomes.push([data?.['answer'] == null, errors.map(({ message }) => message)]);
      }
      expect(outcomes[1]).toEqual(outcomes[0]);
    },
  );

  test('for `left` of a subscription: what left is not sent', async () => {
    const { data } = await running.ask('{ streamSessions { nodes { callbacks(last: 1) { nodes { cursor } } } } }');
    const cursors = JSON.stringify(data).match(/"cursor":"[^"]+"/g) ?? [];
    const after = cursors.map((one) => one.slice('"cursor":"'.length, -1)).at(-1);
    const firstOf = async (left: string) => {
      const query = `subscription ($after: Cursor) { streamSessionChanged(after: $after, filter: { state: { eq: LIVE } }${left}) { matches streamSession { sequence } } }`;
      const response = await openEventStream(running.app.url, query, { after });
      for await (const { data: text } of eventsOf(response)) {
        return JSON.parse(text ?? '') as unknown;
      }
      return null;
    };
    const matching = { data: { streamSessionChanged: { matches: true, streamSession: { sequence: live } } } };
    expect([await firstOf(''), await firstOf(', left: null')]).toEqual([matching, matching]);
    expect(await firstOf(', left: true')).toMatchObject({ data: { streamSessionChanged: { matches: false } } });
  });
});
