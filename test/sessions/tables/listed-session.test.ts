import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sessionViewOf } from '../../../src/sessions/stream-session-view.ts';
import { toStreamSession } from '../../../src/sessions/stream-session-type.ts';
import { pageOf } from '../../support/list-requests.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { sessionHistory, withHistory } from '../../support/session-history.ts';

const shown = [
  'domain',
  'path',
  'streamId',
  'userIp',
  'accessPoint',
  'channelId',
  'endMessage',
  'streamParam',
] as const;
const times = ['startedAtMs', 'startedAtSource', 'endedAtMs', 'pushDurationMs', 'endCode'] as const;

test('property: what a session shows without its fold is what the fold says', async () => {
  await fc.assert(
    fc.asyncProperty(sessionHistory, async (history) => {
      await withHistory(history, async (ledger) => {
        const readModel = await ledger.projected();
        readModel.read((reader) => {
          for (const { row } of reader.streamSessions(pageOf('STARTED_AT')).rows) {
            const [again] = reader.streamSessionsBySequence(row.sequence, row.appId, 2);
            const view = sessionViewOf(row.session);
            for (const one of [row, again ?? row]) {
              const node = toStreamSession(one);
              for (const name of ['appId', 'sequence', ...shown, ...times] as const)
                expect(node[name]).toBe(view[name]);
              expect([node.state, node.rowId]).toEqual([row.status.state, row.id]);
              expect(node.endCause !== null).toBe(view.ended);
              expect(node.endCause?.side ?? null).toBe(row.status.endSide);
            }
          }
        });
      });
    }),
    { numRuns: numRunsOf(40) },
  );
});
