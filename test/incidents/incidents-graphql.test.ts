import { afterEach, expect, test } from '@jest/globals';
import { askUntil } from '../support/ask-until.ts';
import { failingStreams, faultAgo, pushAgo } from '../support/failing-streams.ts';
import { eventsOf, openEventStream } from '../support/live-stream.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let app: RunningApp;
afterEach(() => app.close());

interface Incidents {
  readonly liveFrom: string;
  readonly nodes: readonly { readonly incidentId: string; readonly notBack: number }[];
}

test('an incident is listed, found by its id and by its sessions, null is as nothing, and its changes are sent', async () => {
  app = await startApp();
  for (const [number, stream] of failingStreams.entries()) await app.post(pushAgo(stream, number + 1, 12 * 3_600));
  for (const [number, stream] of failingStreams.entries()) await app.post(faultAgo(stream, number + 1, 40));
  const list = async () =>
    (await app.ask('{ incidents(first: 5) { liveFrom nodes { incidentId notBack } } }')).data?.[
      'incidents'
    ] as Incidents;
  const { liveFrom, nodes } = await askUntil(list, (found) => found.nodes[0]?.notBack === failingStreams.length);
  expect(nodes).toHaveLength(1);

  const id = nodes[0]?.incidentId ?? '';
  const { data } = await app.ask(
    `query ($id: ID!) {
      incident(incidentId: $id) {
        state side code affected
        without: streamSessions { nodes { sequence } }
        nulls: streamSessions(first: null, after: null, notBack: null) { nodes { sequence } }
        callbacks { eventType }
        away: streamSessions(first: 20, notBack: true) { nodes { sequence incident { incidentId } } }
      }
      none: incident(incidentId: "NETWORK-20200101T0000-1") { state }
    }`,
    { id },
  );
  const incident = data?.['incident'] as Record<'without' | 'nulls' | 'away', { nodes: object[] }>;
  expect(data).toMatchObject({
    incident: { state: 'ONGOING', side: 'PLATFORM', code: 5, affected: failingStreams.length },
    none: null,
  });
  expect(incident.nulls).toEqual(incident.without);
  expect(incident.away.nodes).toHaveLength(failingStreams.length);
  expect(incident).toMatchObject({ callbacks: Array.from(failingStreams, () => ({ eventType: 0 })) });
  expect(incident.away.nodes).toContainEqual({ sequence: '1', incident: { incidentId: id } });

  await app.post(pushAgo('unconcerned', 500, 30));
  await app.projected();
  const asOf = `asOf: { recordedAt: "${new Date(Date.now() + 60_000).toISOString()}" }`;
  const { data: past } = await app.ask(`{
    one: streamSession(sequence: "1", ${asOf}) { incident { incidentId } }
    unconcerned: streamSession(sequence: "500", ${asOf}) { incident { incidentId } }
  }`);
  expect(past).toEqual({ one: { incident: { incidentId: id } }, unconcerned: { incident: null } });

  const query =
    'subscription ($after: Cursor) { incidentChanged(after: $after) { matches incident { incidentId state back notBack } } }';
  const changes = eventsOf(await openEventStream(app.app.url, query, { after: liveFrom }));
  await app.post(pushAgo(failingStreams[0] ?? '', 101, 20));
  for await (const { data: text } of changes) {
    expect(JSON.parse(text ?? '')).toEqual({
      data: {
        incidentChanged: {
          matches: true,
          incident: { incidentId: id, state: 'RECOVERING', back: 1, notBack: failingStreams.length - 1 },
        },
      },
    });
    break;
  }
});
