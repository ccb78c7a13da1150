import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeEach(async () => {
  running = await startApp();
});
afterEach(() => running.close());

test('the body of an event that is damaged is refused with a code of its own; everything else is answered, and nothing is logged as a fault', async () => {
  await running.post(pushBody());
  await running.post(pushBody({ sequence: '6674468118806626494' }));
  await running.projected();
  alterLogFile(running.dataDir, `UPDATE events SET data = CAST('{"event_type":0}' AS BLOB) WHERE position = 2`);

  const { status, data, errors } = await running.ask('{ callbacks { nodes { position body } } }');
  expect(status).toBe(200);
  expect(data).toEqual({
    callbacks: {
      nodes: [
        { position: '3', body: expect.objectContaining({ sequence: '6674468118806626494' }) },
        { position: '2', body: null },
      ],
    },
  });
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['callbacks', 'nodes', 1, 'body'],
      extensions: expect.objectContaining({ code: 'EVENT_DAMAGED' }),
    }),
  ]);
  expect(running.logLines.filter((line) => line.includes('failed'))).toEqual([]);
});
