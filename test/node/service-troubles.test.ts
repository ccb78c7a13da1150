import { expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import type { ForwardTargetStatus } from '../../src/forwarding/target.ts';
import { troublesOf, type ServiceParts } from '../../src/node/sending.ts';

type Target = Pick<ForwardTargetStatus, 'state' | 'isActiveHere' | 'delivered' | 'lagEvents'>;
interface State {
  readonly isKeptUpToDate?: boolean;
  readonly stalledBecause?: string | null;
  readonly events?: number;
  readonly lag?: { readonly events: number; readonly ms: number };
  readonly targets?: readonly Target[];
}

const troublesIn = ({ isKeptUpToDate = true, stalledBecause = null, events = 0, lag, targets = [] }: State) =>
  troublesOf(
    {
      projected: {
        models: {
          progress: {
            lag: () => Promise.resolve(lag ?? { events: 0, ms: 0 }),
            stalledBecause: () => stalledBecause,
            counts: () => ({ events, callbacks: 0, redeliveries: 0, poisoned: 0, damaged: 0 }),
          },
          isKeptUpToDate: () => isKeptUpToDate,
        },
        readModel: { poisoned: () => [] },
      },
      forwarding: { targets: () => Promise.resolve(targets as ForwardTargetStatus[]) },
    } satisfies ServiceParts,
    tmpdir(),
  );

test('nobody can say whether a projection that has not read on since the start is stalled', async () => {
  const lag = { events: 5, ms: 90_000 };
  expect(await troublesIn({ lag })).toMatchObject({ PROJECTION_STALLED: null, PROJECTION_BEHIND: null });
  const stalled = { PROJECTION_STALLED: true, PROJECTION_BEHIND: false };
  expect(await troublesIn({ lag, stalledBecause: 'no file' })).toMatchObject(stalled);
  const behind = { PROJECTION_STALLED: false, PROJECTION_BEHIND: true };
  expect(await troublesIn({ lag, events: 1 })).toMatchObject(behind);
  const none = { PROJECTION_STALLED: false, PROJECTION_BEHIND: false, POISONED: false, FORWARDING: false };
  expect(await troublesIn({})).toMatchObject(none);
});

test('nobody can say what is poisoned while the read models are not kept up to date', async () => {
  expect(await troublesIn({ isKeptUpToDate: false })).toMatchObject({ POISONED: null });
});

test('nobody can say whether a target fails that has taken nothing since the start, and has something pending', async () => {
  const forwardingOf = async (...targets: Target[]) => (await troublesIn({ targets })).FORWARDING;
  const unknown: Target = { state: 'RUNNING', isActiveHere: true, delivered: 0, lagEvents: 1 };
  expect(await forwardingOf(unknown)).toBeNull();
  expect(await forwardingOf(unknown, { ...unknown, state: 'FAILING' })).toBe(true);
  expect(await forwardingOf({ ...unknown, delivered: 1 })).toBe(false);
  expect(await forwardingOf({ ...unknown, lagEvents: 0 })).toBe(false);
  expect(await forwardingOf({ ...unknown, state: 'PAUSED' })).toBe(false);
  // Of another node, its state is what that one has saved.
  expect(await forwardingOf({ ...unknown, isActiveHere: false })).toBe(false);
});
