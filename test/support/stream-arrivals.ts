import fc from 'fast-check';
import type { TestArrival } from './ledger.ts';
import { relayBody } from './relay-bodies.ts';

/** Screenshots and relay callbacks of a scenario's streams, and of other streams with the same name. */
export const streamArrival: fc.Arbitrary<TestArrival> = fc
  .record({
    appid: fc.constantFrom(1, 2),
    app: fc.constantFrom('a.example', 'A.example', 'b.example'),
    path: fc.constantFrom('live', 'vod'),
    stream_id: fc.constantFrom('one', 'one', 'two'),
    isRelay: fc.boolean(),
    // CSS's screenshots name neither account nor domain.
    isBare: fc.boolean(),
    // Most screenshots have a time; audits of sound have none.
    at: fc.option(fc.integer({ min: -5, max: 200 }), { freq: 4 }),
    heardAt: fc.integer({ min: 0, max: 90 }),
  })
  .map(({ appid, app, path, stream_id, isRelay, isBare, at, heardAt }) => {
    const target = { stream_id: '', to_url: `rtmp://${app}/${path}/${stream_id}` };
    const body = isRelay
      ? relayBody('TaskAlarm', { type: `A${heardAt}` }, { appid, task_id: `${app}${path}${stream_id}`, ...target })
      : {
          event_type: 200,
          ...(isBare ? {} : { appid, app }),
          stream_id,
          file: heardAt,
          ...(at !== null && { create_time: 1_600_000_000 + at }),
        };
    return { body, receivedAtMs: (1_600_000_000 + heardAt) * 1_000 };
  });
