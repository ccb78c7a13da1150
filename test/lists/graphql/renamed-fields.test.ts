import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** `accessPoint` was `node`: the old name is good for one minor version more. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({});
  for (const [index, node] of ['192.0.2.1', '192.0.2.2'].entries()) {
    expect((await running.post(pushBody({ sequence: index + 1, stream_id: `s${index + 1}`, node }))).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

const pushed = (one: number) => ({ node: `192.0.2.${one}`, accessPoint: `192.0.2.${one}` });

test('a field has the same value by both names, each also selected alone', async () => {
  const { data } = await running.ask(
    `{ both: streamSessions { nodes { node accessPoint } } old: streamSessions { nodes { node } } new: streamSessions { nodes { accessPoint } } }`,
  );
  expect(data).toEqual({
    both: { nodes: [pushed(2), pushed(1)] },
    old: { nodes: [2, 1].map((one) => ({ node: pushed(one).node })) },
    new: { nodes: [2, 1].map((one) => ({ accessPoint: pushed(one).accessPoint })) },
  });
});

test.each([
  '{ accessPoint: { eq: "192.0.2.1" } }',
  '{ node: { eq: "::ffff:192.0.2.1" } }',
  '{ node: { ne: "192.0.2.2" }, accessPoint: { within: "192.0.2.0/24" } }',
  '{ not: { node: { eq: "192.0.2.2" } } }',
])('the filter %s finds the same session', async (filter) => {
  const { data } = await running.ask(`{ streamSessions(filter: ${filter}) { nodes { accessPoint } } }`);
  expect(data).toEqual({ streamSessions: { nodes: [{ accessPoint: '192.0.2.1' }] } });
});

test('figures are grouped by both names, and have it by both', async () => {
  const figures = (groupBy: string) =>
    `streamSessionStatistics(from: "2018-01-01T00:00:00Z", to: "2019-01-01T00:00:00Z", groupBy: ${groupBy}) { rows { node accessPoint began } }`;
  const { data } = await running.ask(
    `{ old: ${figures('[NODE]')} new: ${figures('[ACCESS_POINT]')} both: ${figures('[NODE, ACCESS_POINT]')} }`,
  );
  const rows = [1, 2].map((one) => ({ ...pushed(one), began: 1 }));
  expect(data).toEqual({ old: { rows }, new: { rows }, both: { rows } });
});
