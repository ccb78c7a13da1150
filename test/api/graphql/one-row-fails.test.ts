import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isNonNullType, isObjectType } from 'graphql';
import { innerListMax } from '../../../src/api/cost.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** A field that fails for one row leaves the other rows, and the other fields of that row, as they are. */

const beganAt = Date.parse('2026-10-25T12:00:00Z') / 1_000;
const [first, crowded, last] = ['7000000000000000001', '7000000000000000002', '7000000000000000003'];

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  for (const [nth, sequence] of [first, crowded, last].entries()) {
    await running.post(pushBody({ sequence, event_time: beganAt + nth }));
  }
  for (let nth = 0; nth < innerListMax; nth++) {
    await running.post(interruptionBody({ sequence: crowded, event_time: beganAt + 60 + nth }));
  }
  await running.projected();
});
afterAll(() => running.close());

const inOrder = 'first: 3, orderBy: { field: STARTED_AT, direction: ASC }';

test.each(['the first time', 'once its document is known'])(
  'an explanation of more callbacks than are folded is null with its path: %s',
  async () => {
    const { status, data, errors } = await running.ask(
      `{ streamSessions(${inOrder}) { nodes { sequence explanation { field } } } }`,
    );
    expect(status).toBe(200);
    const explanation = expect.arrayContaining([{ field: 'startedAt' }]);
    expect(data).toEqual({
      streamSessions: {
        nodes: [
          { sequence: first, explanation },
          { sequence: crowded, explanation: null },
          { sequence: last, explanation },
        ],
      },
    });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['streamSessions', 'nodes', 1, 'explanation'],
        locations: [expect.anything()],
        extensions: expect.objectContaining({ code: 'OPERATION_TOO_COSTLY' }),
      }),
    ]);
  },
);

test.each([
  ['isSilent(afterSeconds: 0)', 'BAD_USER_INPUT'],
  ['timeline(first: 0) { isComplete }', 'BAD_USER_INPUT'],
  ['callbacks(after: "x") { liveFrom }', 'CURSOR_INVALID'],
])('a field that is asked for wrongly leaves the rows: %s', async (field, code) => {
  const { data, errors = [] } = await running.ask(
    `{ streamSessions(${inOrder}) { nodes { sequence failing: ${field} } } }`,
  );
  expect(data).toEqual({
    streamSessions: { nodes: [first, crowded, last].map((sequence) => ({ sequence, failing: null })) },
  });
  // Rows are answered side by side, so their errors come in any order.
  const found = errors.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions['code'])}`);
  expect(found.sort()).toEqual([0, 1, 2].map((row) => `streamSessions.nodes.${row}.failing ${code}`));
});

test('every field that takes arguments, or costs something of its own, can be null, unless it is read with its object', () => {
  const schema = ledgerSchema();
  const required = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type === schema.getSubscriptionType() || type.name.startsWith('__')) return [];
    return Object.values(type.getFields())
      .filter(({ args, extensions, resolve }) => args.length > 0 || (extensions['complexity'] && resolve))
      .filter((field) => isNonNullType(field.type))
      .map(({ name }) => `${type.name}.${name}`);
  });
  expect(required).toEqual(['FieldExplanation.others']);
});
