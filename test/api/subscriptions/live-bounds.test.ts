import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { otherConnectionsMax } from '../../../src/connections/limits.ts';
import { fittingConnections } from '../../../src/kernel/this-process.ts';
import { liveBounds, liveBoundsFor } from '../../../src/api/subscriptions/live-connections.ts';

test('property: as many connections as are wanted, or as files leave room for, and never none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.integer({ min: 64, max: 2_000_000 }), (wanted, openFilesMax) => {
      const fitting = fittingConnections(wanted, openFilesMax, otherConnectionsMax);
      expect(fitting).toBeGreaterThan(0);
      expect(fitting).toBeLessThanOrEqual(wanted);
      // Less than is wanted only where the files would be used up.
      if (fitting < wanted) expect(openFilesMax).toBeLessThan(wanted + otherConnectionsMax + 1_024);
      if (openFilesMax > 2 * otherConnectionsMax) expect(fitting + otherConnectionsMax).toBeLessThan(openFilesMax);
      else expect(fitting).toBeLessThanOrEqual(openFilesMax / 2);
    }),
  );
  expect(fittingConnections(50_000, null)).toBe(50_000);
});

test('three quarters of them may have the same token, and all other bounds stay', () => {
  expect(liveBoundsFor(50_000)).toEqual({ ...liveBounds, connectionsMax: 50_000, connectionsOfTokenMax: 37_500 });
  expect(liveBoundsFor(liveBounds.connectionsMax)).toEqual(liveBounds);
  expect(liveBoundsFor(1).connectionsOfTokenMax).toBe(1);
});
