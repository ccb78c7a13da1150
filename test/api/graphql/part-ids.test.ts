import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDocumentedLedger, type DocumentedLedger } from '../../support/documented-ledger.ts';

/** Ids of what is computed, or is part of a node: clients' caches need them, and nothing is found by them. */

let ledger: DocumentedLedger;
beforeAll(async () => {
  ledger = await openDocumentedLedger();
});
afterAll(() => ledger.close());

interface WithId {
  readonly id: string;
}

interface Parts {
  readonly near: { readonly nodes: readonly WithId[] };
  readonly far: { readonly nodes: readonly WithId[] };
  readonly missingCallbacks: { readonly nodes: readonly WithId[] };
  readonly relayTasks: {
    readonly nodes: readonly {
      readonly files: readonly WithId[];
      readonly runs: readonly WithId[];
    }[];
  };
}

const parts = `{
  near: broadcasts { nodes { id } } far: broadcasts(gapMaxSeconds: 86400) { nodes { id } }
  missingCallbacks { nodes { id } } relayTasks(first: 10) { nodes { files { id } runs { id } } }
}`;

async function idsOf(query: string) {
  const { data, errors } = await ledger.ask(query, {}, 'viewer');
  expect(errors).toBeUndefined();
  const { near, far, missingCallbacks, relayTasks } = data as unknown as Parts;
  const { nodes } = relayTasks;
  const ofTasks = [nodes.flatMap(({ runs }) => runs), nodes.flatMap(({ files }) => files)];
  const lists = [near.nodes, far.nodes, missingCallbacks.nodes, ...ofTasks];
  return lists.map((nodes) => nodes.map(({ id }) => id));
}

test('each has an id of its own, the same in every answer', async () => {
  const lists = await idsOf(parts);
  for (const ids of lists) expect(ids).not.toEqual([]);
  const all = lists.flat();
  expect(new Set(all).size).toBe(all.length);
  expect(await idsOf(parts)).toEqual(lists);
});

test('a file has the same id in its task and in its run', async () => {
  const { data } = await ledger.ask('{ relayTasks(first: 10) { nodes { newest: runs { number } files { id } } } }');
  const { nodes } = data?.['relayTasks'] as {
    readonly nodes: readonly {
      readonly newest: readonly { readonly number: number }[];
      readonly files: readonly WithId[];
    }[];
  };
  const index = nodes.findIndex(({ files }) => files.length > 0);
  const number = nodes[index]?.newest[0]?.number;
  const one = await ledger.ask(
    'query ($number: Int) { relayTasks(first: 10) { nodes { runs(number: $number) { files { id } } } } }',
    { number },
  );
  expect(one.data?.['relayTasks']).toMatchObject({
    nodes: nodes.map((_, each) => (each === index ? { runs: [{ files: nodes[index]?.files }] } : {})),
  });
});

test('nothing is found by them, and no URL can be read from them', async () => {
  const ids = (await idsOf(parts)).flat();
  const { data } = await ledger.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(data).toEqual({ nodes: ids.map(() => null) });
  for (const id of ids) expect(Buffer.from(id, 'base64url').toString()).not.toMatch(/:\/\//);
});
