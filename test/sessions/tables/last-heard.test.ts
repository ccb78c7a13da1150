import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sessionViewOf, silentSince } from '../../../src/sessions/stream-session-view.ts';
import { pageOf } from '../../support/list-requests.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { inTime, redeliveriesOf, scenario } from '../../support/scenarios.ts';
import { isNamedBy, screenshotsOf, sessionsOfScreenshot, spansOf } from '../../support/attribution-oracle.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { streamArrival } from '../../support/stream-arrivals.ts';

const heard = scenario.chain(({ callbacks }) =>
  fc.tuple(fc.constant(callbacks), redeliveriesOf(callbacks), fc.array(streamArrival, { maxLength: 6 })),
);

const textOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Looks through all arrivals for what names the stream of a session. */
function heardLast(
  { appId, domain, path, streamId, sequence }: Record<'appId' | 'domain' | 'path' | 'streamId' | 'sequence', unknown>,
  isLive: boolean,
  arrivals: readonly TestArrival[],
): number {
  const concerns = ({ body }: TestArrival) => {
    const account = body['appid'] ?? body['appId'];
    if (textOf(account) !== appId && (account !== undefined || body['event_type'] !== 200)) return false;
    if (body['sequence'] !== undefined) return body['sequence'] === sequence;
    if (!isLive) return false;
    if (body['event_type'] === 200) return false;
    return textOf(body['to_url']).toLowerCase() === `rtmp://${textOf(domain)}/${textOf(path)}/${textOf(streamId)}`;
  };
  return Math.max(...arrivals.filter(concerns).map(({ receivedAtMs }) => receivedAtMs));
}

test('property: of each session, what was heard last is what a search of all arrivals finds, and the filter lists those', async () => {
  await fc.assert(
    fc.asyncProperty(heard, fc.integer({ min: 0, max: 100 }), async ([callbacks, redeliveries, others], second) => {
      const arrivals = [...callbacks, ...redeliveries, ...others];
      await withLedger(arrivals, async (ledger) => {
        const readModel = await ledger.projected();
        readModel.read((reader) => {
          const all = reader.streamSessions(pageOf('STARTED_AT')).rows;
          const callbacks = reader.callbacks(pageOf('RECORDED')).rows.map(({ row }) => row);
          const spans = spansOf(
            all.map(({ row }) => row),
            callbacks,
          );
          const screenshots = screenshotsOf(arrivals, callbacks);
          const isHeardOf = (id: number) => (screenshot: (typeof screenshots)[number]) => {
            const { body, position } = screenshot;
            // One that names the stream is heard of each of its pushes that goes on; another only if no other can be meant.
            if (body['app'] !== undefined && body['create_time'] === undefined) {
              return spans.some((span) => span.id === id && isNamedBy(body, span) && span.firstPosition < position);
            }
            const { ids, isLikely } = sessionsOfScreenshot(screenshot, spans);
            return ids.includes(id) && (isLikely || body['app'] !== undefined);
          };
          const found = all.map(({ row: { id, session, status } }) => {
            const ofItself = heardLast(sessionViewOf(session), status.state === 'LIVE', arrivals);
            const ofStream = status.state === 'LIVE' ? screenshots.filter(isHeardOf(id)) : [];
            const expected = Math.max(ofItself, ...ofStream.map(({ receivedAtMs }) => receivedAtMs));
            expect(reader.lastHeardAtMs(id)).toBe(expected);
            return { id, isSilent: status.state === 'LIVE' && expected < (1_600_000_000 + second - 5) * 1_000 };
          });
          for (const eq of [true, false]) {
            const isSilent = silentSince((1_600_000_000 + second - 5) * 1_000);
            const condition = eq ? isSilent : { not: isSilent };
            const listed = reader.streamSessions(pageOf('STARTED_AT', { condition }));
            const ids = found.filter(({ isSilent }) => isSilent === eq).map(({ id }) => id);
            expect(listed.rows.map(({ row }) => row.id)).toEqual(ids);
          }
        });
      });
    }),
    { numRuns: numRunsOf(60), ...inTime },
  );
});
