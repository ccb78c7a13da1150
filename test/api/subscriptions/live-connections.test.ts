import { expect, test } from '@jest/globals';
import { LiveConnections, liveBounds } from '../../../src/api/subscriptions/live-connections.ts';

test('time in which the process does not run is nobody’s silence', async () => {
  let elapsedMs = 0;
  const connections = new LiveConnections({ ...liveBounds, checkEveryMs: 5 }, { mode: 'open' }, () => elapsedMs);
  let onCheck: (nowMs: number) => void = () => undefined;
  const checked = () => new Promise<number>((resolve) => (onCheck = resolve));
  connections.add({
    overdue(nowMs) {
      onCheck(nowMs);
      return null;
    },
    expiresAtMs: () => null,
    beat: () => undefined,
    close: () => Promise.resolve(),
  });
  try {
    elapsedMs = 60_000;
    expect(await checked()).toBe(10);
    elapsedMs = 60_007;
    expect(connections.nowMs()).toBe(17);
    expect(await checked()).toBe(17);
  } finally {
    await connections.stop();
  }
});
