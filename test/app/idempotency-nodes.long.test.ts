import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pushBody } from '../support/callback-bodies.ts';
import { onEventStoreDb, untilShown } from '../support/eventstoredb-app.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../support/running-app.ts';

let server: EventStoreDbServer;
let nodes: RunningApp[] = [];
beforeAll(async () => {
  server = await startEventStoreDb();
  const onServer = onEventStoreDb(server.url);
  nodes = [await startApp(onServer), await startApp(onServer)];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await server.close();
});

const nodeAt = (index: number) => nodes[index] ?? fail();
const sequence = String(pushBody()['sequence']);

function fail(): never {
  throw new Error('There is no such node.');
}

interface Note {
  readonly id: string;
  readonly text: string;
}

const noteOf = ({ data }: GraphqlAnswer) => (data?.['addNote'] as { readonly fact: Note } | null)?.fact ?? null;
const factsOf = async (node: RunningApp, id: string) =>
  (
    (
      await node.ask('query ($id: ID!) { node(id: $id) { ... on StreamSession { operatorFacts { id text } } } }', {
        id,
      })
    ).data?.['node'] as { readonly operatorFacts: readonly Note[] }
  ).operatorFacts;

const repeats = fc.array(
  fc.record({ node: fc.constantFrom(0, 1), key: fc.constantFrom('a', 'b', 'c'), text: fc.constantFrom('one', 'two') }),
  { minLength: 2, maxLength: 8 },
);

test('however often, in whatever order, and on whatever nodes a note is sent with a key, it is one note', async () => {
  await nodeAt(0).post(pushBody());
  for (const node of nodes) await untilShown(node, 1);
  const { data } = await nodeAt(0).ask(`{ streamSession(sequence: "${sequence}") { id } }`);
  const { id } = data?.['streamSession'] as { id: string };
  let runs = 0;
  let expected = 0;
  await fc.assert(
    fc.asyncProperty(repeats, fc.boolean(), async (sent, atOnce) => {
      runs += 1;
      const prefix = String(runs);
      const send = async ({ node, key, text }: (typeof sent)[number]) => {
        const answered = await nodeAt(node).ask(
          `mutation ($id: ID!, $text: String!, $key: String!) {
            addNote(id: $id, text: $text, idempotencyKey: $key) { fact { id text } streamSession { operatorFacts { id text } } }
          }`,
          { id, text, key: prefix + key },
        );
        return { key, text, answered };
      };
      const answers: Awaited<ReturnType<typeof send>>[] = [];
      if (atOnce) answers.push(...(await Promise.all(sent.map(send))));
      else for (const one of sent) answers.push(await send(one));
      const byKey = new Map<string, Note>();
      for (const { key, text, answered } of answers) {
        const note = noteOf(answered);
        if (note === null) continue;
        expect(note.text).toBe(text);
        expect(byKey.get(key) ?? note).toEqual(note);
        byKey.set(key, note);
      }
      for (const { key, text, answered } of answers) {
        if (noteOf(answered) !== null) continue;
        expect(answered.errors?.[0]?.message).toContain('used before with other arguments');
        expect(byKey.get(key)?.text).not.toBe(text);
      }
      expected += byKey.size;
      expect(byKey.size).toBe(new Set(sent.map(({ key }) => key)).size);
    }),
    { numRuns: 25 },
  );
  for (const node of nodes) {
    // Its answer waits until this node has projected all before it.
    await node.ask('mutation ($id: ID!) { addNote(id: $id, text: "last", idempotencyKey: "last") { fact { id } } }', {
      id,
    });
  }
  const [one, other] = await Promise.all(nodes.map((node) => factsOf(node, id)));
  expect(other).toEqual(one);
  expect(one).toHaveLength(expected + 1);
});

test('a decision is answered as at first by another node', async () => {
  const decide = 'mutation ($ids: [ID!]!) { discardFromQuarantine(ids: $ids, idempotencyKey: "d") { outcome } }';
  const answers = [];
  for (const node of nodes) answers.push((await node.ask(decide, { ids: ['nothing'] })).data);
  expect(answers[0]).toEqual({ discardFromQuarantine: [{ outcome: 'NOT_FOUND' }] });
  expect(answers[1]).toEqual(answers[0]);
  const { errors } = await nodeAt(1).ask(decide, { ids: ['something'] });
  expect(errors?.[0]?.message).toContain('used before with other arguments');
});
