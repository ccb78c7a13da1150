import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const beganAtMs = Date.parse('2026-10-25T12:00:00Z');
const at = (second: number) => new Date(beganAtMs + 1_000 * second).toISOString();

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => beganAtMs + 100_000 });
  const of = (sequence: string, second: number) => ({
    sequence,
    stream_id: `s${sequence}`,
    event_time: beganAtMs / 1_000 + second,
  });
  await running.post(pushBody(of('1', -86_400)));
  await running.post(pushBody(of('2', 10)));
  await running.post(interruptionBody({ ...of('2', 20), push_duration: '10000' }));
  // Superseded by the next push of its stream; and one that lasted for days.
  await running.post(pushBody({ ...of('3', 10), stream_id: 'again' }));
  await running.post(pushBody({ ...of('4', 30), stream_id: 'again' }));
  await running.post(pushBody(of('5', -200_000)));
  await running.post(interruptionBody({ ...of('5', 15), push_duration: '200015000' }));
  await running.projected();
});
afterAll(() => running.close());

const listed = async (filter: object, rest = '') => {
  const { data, errors } = await running.ask(
    `query ($filter: StreamSessionFilter) { streamSessions(filter: $filter ${rest}) { nodes { sequence } totalCount } }`,
    { filter },
  );
  expect(errors).toBeUndefined();
  const { nodes, totalCount } = data?.['streamSessions'] as { nodes: { sequence: string }[]; totalCount: number };
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ sequence }) => sequence);
};

test('lists what was live at a moment: as many as concurrency counts, in any order, with other filters', async () => {
  for (const second of [-300_000, -90_000, 0, 9, 10, 14, 15, 19, 20, 29, 30, 99]) {
    const { data } = await running.ask(
      `{ concurrency(from: "${at(second)}", to: "${at(second + 1)}", stepSeconds: 1) { points { live } } }`,
    );
    const [point] = (data?.['concurrency'] as { points: { live: number }[] }).points;
    expect([second, (await listed({ liveAt: at(second) })).length]).toEqual([second, point?.live]);
  }
  expect(await listed({ liveAt: at(14) })).toEqual(['3', '2', '1', '5']);
  expect(await listed({ liveAt: at(14) }, 'orderBy: { field: LAST_CHANGED, direction: ASC }')).toEqual([
    '1',
    '2',
    '3',
    '5',
  ]);
  expect(await listed({ liveAt: at(14), streamId: { startsWith: 's' } })).toEqual(['2', '1', '5']);
  expect(await listed({ or: [{ not: { liveAt: at(14) } }, { liveAt: at(29), state: { eq: 'LIVE' } }] })).toEqual([
    '4',
    '1',
  ]);
  expect(await listed({ liveAt: null, sequence: { eq: '2' } })).toEqual(['2']);
});

test('refuses a moment in the future, and everything but the list', async () => {
  const refused = async (field: string) => (await running.ask(`{ ${field} }`)).errors?.[0];
  expect(await refused(`streamSessions(filter: { liveAt: "${at(101)}" }) { totalCount }`)).toMatchObject({
    message: 'liveAt must not be in the future. For what is live now, filter by state: { eq: LIVE }.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
  const counted = `concurrency(filter: { liveAt: "${at(1)}" }, from: "${at(0)}", to: "${at(1)}", stepSeconds: 1)`;
  expect(await refused(`${counted} { peak { live } }`)).toMatchObject({
    message: 'liveAt filters the list streamSessions only.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
