import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import { operatorFactsStream, writeFact } from '../../../src/facts/operator-fact-events.ts';
import { roles, type Role } from '../../../src/api/context.ts';
import { executePlanned, executeUnplanned } from '../../../src/api/execution/execute.ts';
import { createGraphqlContext, Operation } from '../../../src/api/operation.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { createRowTexts } from '../../../src/lists/sql/listed-row.ts';
import { openLedger, type TestArrival } from '../../support/ledger.ts';
import { openLiveFixture } from '../../support/live-ledger-fixture.ts';
import { pageOf } from '../../support/list-requests.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../../support/scenarios.ts';

/** What is written of a session is kept until the session changes: each answer is compared with one for which nothing is kept. */

const schema = ledgerSchema();
const plain = `id appId sequence domain path streamId channelId state startedAt startedAtSource endedAt pushDurationMs endCode
  endCause { side summary advice } node userIp firstReceivedAt lastReceivedAt deliveries`;
const documents = [
  `{ streamSessions(first: 100) { nodes { ${plain} } } }`,
  // With what differs by role, by the clock and by arguments between what is kept, and twice in one answer.
  `query ($whole: Boolean = true) { streamSessions(orderBy: { field: LAST_CHANGED, direction: DESC }) { edges { cursor node { state streamParam deliveries endMessage
      isSilent(afterSeconds: 60) again: isSilent(afterSeconds: 900000) lastHeardAt __typename
      ... @include(if: $whole) { ${plain} } operatorFacts { text } } } }
    ended: streamSessions(filter: { state: { eq: ENDED } }) { totalCount nodes { endCode streamParam endedAt } } }`,
].map((text) => parse(text));

const withSecrets = ({ body, receivedAtMs }: TestArrival): TestArrival => ({
  body: { ...body, stream_param: 'txSecret=a', errmsg: 'of rtmp://a.example/live?txSecret=a' },
  receivedAtMs,
});

/** A redelivery, a late or repeated callback, or a statement that the session of one has ended, or that it has not. */
const histories = scenario
  .map(({ callbacks }) => callbacks.map(withSecrets))
  .chain((callbacks) => redeliveriesOf(callbacks).map((again) => [...callbacks, ...again]))
  .chain(permuted)
  .chain((arrivals) =>
    fc.tuple(...arrivals.map((arrival) => fc.tuple(fc.constant(arrival), fc.constantFrom('', '', '', 'CLOSED')))),
  );

test('property: answers are those for which nothing is kept, for each role, after every single arrival', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.boolean(), async (history, whole) => {
      const ledger = openLedger();
      const readModel = ledger.openReadModel();
      const live = openLiveFixture(ledger, readModel);
      let nowMs = 1_600_000_000_000;
      const ports = { ...live.ports, clock: () => nowMs };

      async function bothAnswers(document: (typeof documents)[number], role: Role): Promise<void> {
        const operation = getOperationAST(document);
        if (operation == null) throw new Error('The document has not one operation.');
        const execution = { schema, document, operation, variables: { whole } };
        const request = { role, requestId: 'request', callerName: null, resumeAfter: null };
        const state = new Operation(ports, request);
        await state.begin();
        const createContext = () => createGraphqlContext(state);
        const kept = await executePlanned({ ...execution, createContext });
        state.end();
        const unkept = await readModel.read((reader) =>
          executeUnplanned({
            ...execution,
            createContext: () => createGraphqlContext(Operation.ofMessage(ports, request, reader)),
          }),
        );
        expect(unkept.errors).toBeUndefined();
        expect(kept).toBe(JSON.stringify(unkept.data));
        if (role === 'viewer') expect(kept).not.toContain('txSecret');
      }

      async function project(since: number): Promise<void> {
        readModel.project((await ledger.events()).slice(since));
        nowMs += 20_000;
        for (const document of documents) for (const role of roles) await bothAnswers(document, role);
      }

      try {
        readModel.project(await ledger.events());
        for (const [arrival, kind] of history) {
          const begin = (await ledger.events()).length;
          await ledger.append([arrival]);
          await project(begin);
          if (kind === '') continue;
          const appId = String(arrival.body['appid'] ?? arrival.body['appId']);
          const subject = { type: 'StreamSession', appId, key: String(arrival.body['sequence']) } as const;
          const fact = { kind: 'CLOSED', subject, text: 'because', by: null, atMs: nowMs, endedAtMs: null } as const;
          await ledger.appendEvent(operatorFactsStream, writeFact(fact));
          await project(begin + 1);
        }
        const { rows } = live.ports.readModel.streamSessions(pageOf('STARTED_AT', { shown: new Set(['state']) }));
        expect(rows.length).toBeGreaterThan(0);
        for (const { row } of rows) expect(row.keptTexts).not.toBeNull();
      } finally {
        live.close();
        await ledger.close();
      }
    }),
    { ...inTime, numRuns: 10 },
  );
});

test('the texts of a row are dropped with its state, and all of them where there are too many', () => {
  const texts = createRowTexts();
  texts.of(1, 'one').set(7, 'text');
  expect(texts.of(1, 'one').get(7)).toBe('text');
  expect(texts.of(1, 'other').get(7)).toBeUndefined();
  expect(texts.of(1, 'one').get(7)).toBeUndefined();
  texts.of(1, 'one').set(7, 'text');
  texts.of(2, 'one').set(7, 'x'.repeat(17 * 1024 * 1024));
  expect(texts.of(1, 'one').get(7)).toBeUndefined();
});
