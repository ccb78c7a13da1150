import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isObjectType } from 'graphql';
import { ledgerSchema } from '../../src/api/schema.ts';
import { everyField } from './every-field.ts';
import type { RunningApp } from './running-app.ts';
import {
  neededArguments,
  nodeTypeOf,
  rootFields,
  statisticsQuestions,
  textFilters,
  valuesOf,
  withArguments,
} from './schema-walk.ts';
import {
  isInsideByTheRules,
  outsideIn,
  ownStreams,
  canaryOf,
  scopes,
  startScopedLedger,
  tokenOf,
} from './scoped-ledger.ts';

const schema = ledgerSchema();
const queries = rootFields(schema, 'Query');

/** Whoever adds a root field decides whether a scope can limit it. */
const answered = [
  ...['broadcasts', 'callbackStatistics', 'callbacks', 'concurrency', 'findingStatistics', 'findings', 'incident'],
  ...[
    'incidents',
    'missingCallbacks',
    'node',
    'nodes',
    'pushErrorStatistics',
    'pushErrors',
    'recordingEventStatistics',
  ],
  ...['recordingEvents', 'recordingStatistics', 'recordings', 'refusedPushStatistics', 'refusedPushes', 'relayTask'],
  ...[
    'relayTaskStatistics',
    'relayTasks',
    'screenshotStatistics',
    'screenshots',
    'streamSession',
    'streamSessionStatistics',
  ],
  ...['streamSessions', 'streamUptime', 'viewer', 'projections'],
];

const isAnswered = ({ name }: { readonly name: string }) => answered.includes(name);
const lists = queries.filter((field) => isAnswered(field) && nodeTypeOf(field) !== null);
const statistics = queries.filter(
  (field) => isAnswered(field) && (field.name.endsWith('Statistics') || field.name === 'concurrency'),
);

let app: RunningApp;

const scopeOf = (name: string) => scopes[name] ?? [];

async function ask(text: string, as: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const declared = Object.keys(variables).map((name) => `$${name}: ${name === 'after' ? 'Cursor' : 'String'}`);
  const query = `query ${declared.length === 0 ? '' : `(${declared.join(', ')})`} { ${text} }`;
  const { data, errors } = await app.ask(query, variables, tokenOf(as));
  expect([text, errors]).toEqual([text, undefined]);
  return data?.['answer'];
}

interface Listed {
  readonly totalCount: number;
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** What names a node. */
const idOf = (type: string | null) => (isShown(type, 'id') ? 'id' : 'callback { id }');

/** The whole list, whatever is asked of it. */
const list = async (name: string, as: string, more: string, fields: string) =>
  (await ask(`answer: ${name}${withArguments('first: 500', more)} { totalCount nodes { ${fields} } }`, as)) as Listed;

/** What each of these scopes shows in every list; and, unless `listsAlone`, in each order, by each filter, and in all statistics. */
export function describeScopes(names: readonly string[], { listsAlone = false } = {}): void {
  beforeAll(async () => {
    app = await startScopedLedger();
  });
  afterAll(() => app.close());
  describe.each(names)('the scope "%s"', (name) => {
    describeLists(name);
    if (!listsAlone) describeQuestions(name);
  });
}

/** The keys of the whole list, by its question: the same for every scope. */
const wholeLists = new Map<string, readonly string[]>();

function describeLists(name: string): void {
  test('shows nothing of outside in any field of any list, page by page', async () => {
    for (const field of lists) {
      const selected = everyField(schema, nodeTypeOf(field) ?? '', leftOut);
      let after: string | null = null;
      do {
        const page = (await ask(
          `answer: ${field.name}${withArguments(neededArguments(field), 'first: 3', 'after: $after')} { nodes { ${selected} } totalCount pageInfo { hasNextPage endCursor } }`,
          ...([name, { after }] as const),
        )) as Listed;
        expect([field.name, outsideIn(JSON.stringify(page), name)]).toEqual([field.name, []]);
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
    }
  });

  test('has every stream inside, by the rules', async () => {
    for (const [field, fields] of [
      ['streamSessions', 'id appId domain path streamId'],
      ['relayTasks', 'id appId domain path streamId'],
      ['refusedPushes', 'id appId domain path streamId'],
    ] as const) {
      const [whole, scoped] = [await list(field, 'all', '', fields), await list(field, name, '', fields)];
      const expected = whole.nodes.filter((node) => isInsideByTheRules(scopeOf(name), node as never));
      expect(scoped.nodes).toEqual(expected);
    }
    const callbacks = JSON.stringify((await list('callbacks', name, '', 'id streamId body')).nodes);
    for (const [index, stream] of ownStreams.entries()) {
      expect([index, callbacks.includes(canaryOf(index))]).toEqual([index, isInsideByTheRules(scopeOf(name), stream)]);
    }
  });
}

function describeQuestions(name: string): void {
  test('shows nothing of outside in any grouping or order of statistics, and counts the sessions inside', async () => {
    for (const { text, name: asked } of statistics.flatMap((field) => statisticsQuestions(schema, field))) {
      expect([asked, outsideIn(JSON.stringify(await ask(text, name)), name)]).toEqual([asked, []]);
    }
  });

  test('has of each list, in each order and by each filter, what the whole list has inside', async () => {
    for (const field of lists) {
      const type = nodeTypeOf(field);
      const texts = textFilters(field).filter((one) => isShown(type, one));
      const { nodes: all } = await list(field.name, 'all', '', ['__typename', ...texts].join(' '));
      const filters = texts.flatMap((one) =>
        [...new Set(all.map((node) => node[one]))]
          .filter((value) => typeof value === 'string')
          .slice(0, 4)
          .map((value) => `filter: { ${one}: { eq: ${JSON.stringify(value)} } }`),
      );
      const orders = valuesOf(field, 'orderBy', 'field').flatMap((by) =>
        ['ASC', 'DESC'].map((direction) => `orderBy: { field: ${by}, direction: ${direction} }`),
      );
      const keysOf = async (as: string, more: string) => {
        const { nodes, totalCount } = await list(field.name, as, more, idOf(type));
        expect(totalCount).toBe(nodes.length);
        return nodes.map((node) => JSON.stringify(node));
      };
      const wholeKeysOf = async (more: string) => {
        const question = `${field.name} ${more}`;
        const keys = wholeLists.get(question) ?? (await keysOf('all', more));
        wholeLists.set(question, keys);
        return keys;
      };
      const inside = new Set(await keysOf(name, ''));
      for (const more of [...orders, ...filters]) {
        const expected = (await wholeKeysOf(more)).filter((key) => inside.has(key));
        expect([field.name, more, await keysOf(name, more)]).toEqual([field.name, more, expected]);
      }
    }
  });
}

const leftOut = [
  'CallbackRecord.callback',
  'StreamSession.node',
  'RefusedPush.node',
  'RelayRun.explanation',
  'RelayFile.explanation',
  'MissingCallback.outages',
];

function isShown(type: string | null, field: string): boolean {
  const named = type === null ? undefined : schema.getType(type);
  return (
    isObjectType(named) && field in named.getFields() && getNamedType(named.getFields()[field]?.type) !== undefined
  );
}
