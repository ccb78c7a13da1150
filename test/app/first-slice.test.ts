import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StreamSessionDocument } from '../../schema/operations.generated.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { readSample } from '../support/samples.ts';

const sequence = '6674468118806626493';

describe('a push and its interruption', () => {
  let running: RunningApp;

  beforeEach(async () => {
    running = await startApp();
  });
  afterEach(() => running.close());

  test.each([
    ['in order', ['push', 'interruption']],
    ['the interruption first', ['interruption', 'push']],
  ])('give one ended session: %s', async (_name, samples) => {
    for (const sample of samples) {
      const { status, body } = await running.post(readSample(sample));
      expect({ status, body }).toEqual({ status: 200, body: { code: 0 } });
    }
    await running.projected();
    const { streamSession } = await running.query(StreamSessionDocument, { sequence });
    expect(streamSession).toMatchObject({
      appId: '12345678',
      sequence,
      domain: 'test.domain.com',
      path: 'live',
      streamId: 'test_stream',
      state: 'ENDED',
      startedAt: '2018-12-18T06:49:50.000Z',
      startedAtSource: 'PUSH_CALLBACK',
      endedAt: '2018-12-18T06:50:20.000Z',
      pushDurationMs: 30_000,
      endCode: 1,
      endCause: { side: 'CLIENT' },
      deliveries: 2,
      callbacks: { nodes: [{ deliveries: 1 }, { deliveries: 1 }] },
    });
  });
});
