import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  planDeliveries,
  type Delivery,
  type DeliveryPlan,
  type Habits,
} from '../../../simulator/delivery/delivery-plan.ts';
import { allHabits, noHabits, smallScenario, someMomentMs } from '../../support/simulation.ts';

const scenario = smallScenario('plan', someMomentMs, { sessions: 80, tasks: 24 });

const habits: fc.Arbitrary<Habits> = fc.record({
  duplicates: fc.constantFrom(0, 0.3, 0.9),
  shufflePositions: fc.constantFrom(0, 5, 500),
  losses: fc.constantFrom(0, 0.2, 1),
  forgeries: fc.constantFrom(0, 0.2),
  expired: fc.constantFrom(0, 0.2),
});
const runs = { numRuns: 12 };

function numbersOf({ deliveries }: DeliveryPlan, kind: Delivery['kind']): number[] {
  return deliveries.filter((delivery) => delivery.kind === kind).map(({ callback }) => callback.number);
}

function share(part: number, callbacks: number): number {
  return part / callbacks;
}

describe('a plan of deliveries', () => {
  test('is the same for the same scenario and habits', () => {
    fc.assert(
      fc.property(habits, (chosen) => {
        expect(planDeliveries(scenario, chosen)).toEqual(planDeliveries(scenario, chosen));
      }),
      runs,
    );
  });

  test('sends each callback once and again, or never', () => {
    fc.assert(
      fc.property(habits, (chosen) => {
        const plan = planDeliveries(scenario, chosen);
        const first = numbersOf(plan, 'FIRST');
        expect([...first, ...plan.lost].sort((one, other) => one - other)).toEqual(
          scenario.callbacks.map(({ number }) => number),
        );
        for (const { callback } of plan.deliveries) expect(plan.lost.has(callback.number)).toBe(false);
        expect(plan.deliveries.map(({ number }) => number)).toEqual(plan.deliveries.map((_, index) => index));
      }),
      runs,
    );
  });

  test('loses and repeats the same ones, whatever the order', () => {
    const inOrder = planDeliveries(scenario, { ...allHabits, shufflePositions: 0 });
    const shuffled = planDeliveries(scenario, { ...allHabits, shufflePositions: 300 });
    expect(shuffled.lost).toEqual(inOrder.lost);
    for (const kind of ['FIRST', 'REPEAT', 'EXPIRED', 'FORGED'] as const) {
      const ascending = (one: number, other: number) => one - other;
      expect(numbersOf(shuffled, kind).sort(ascending)).toEqual(numbersOf(inOrder, kind).sort(ascending));
    }
  });

  test('keeps about the shares that were asked for', () => {
    const plan = planDeliveries(scenario, { ...allHabits, losses: 0.1, duplicates: 0.2, forgeries: 0.1, expired: 0.1 });
    const callbacks = scenario.callbacks.length;
    expect(callbacks).toBeGreaterThan(500);
    expect(Math.abs(share(plan.lost.size, callbacks) - 0.1)).toBeLessThan(0.04);
    // A fifth of what is repeated is repeated again.
    expect(Math.abs(share(numbersOf(plan, 'REPEAT').length, callbacks - plan.lost.size) - 0.25)).toBeLessThan(0.08);
    expect(Math.abs(share(numbersOf(plan, 'FORGED').length, callbacks - plan.lost.size) - 0.1)).toBeLessThan(0.04);
  });

  test('is in order where nothing is shuffled, and brings interruptions before their pushes where much is', () => {
    const inOrder = numbersOf(planDeliveries(scenario, noHabits), 'FIRST');
    expect(inOrder).toEqual(scenario.callbacks.map(({ number }) => number));
    const { deliveries } = planDeliveries(scenario, { ...noHabits, shufflePositions: 200 });
    const pushed = new Set<string>();
    const early = deliveries.filter(({ callback }) => {
      if (callback.kind === 'PUSH') pushed.add(callback.activity.sequence);
      return callback.kind === 'INTERRUPTION' && !pushed.has(callback.activity.sequence);
    });
    expect(early.length).toBeGreaterThan(5);
  });

  test('leaves callbacks without a time in their order, and repeats them at once', () => {
    const { deliveries } = planDeliveries(scenario, { ...allHabits, duplicates: 0.5, shufflePositions: 500 });
    const lanes = new Map<string, number[]>();
    for (const { queue, callback, kind } of deliveries) {
      const isTimeless = callback.kind === 'RELAY' && callback.task.dialect.clock === 'NONE';
      expect(queue !== null).toBe(isTimeless && kind !== 'FORGED');
      if (queue !== null) lanes.set(queue, [...(lanes.get(queue) ?? []), callback.number]);
    }
    expect(lanes.size).toBeGreaterThan(3);
    for (const numbers of lanes.values()) expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    deliveries.forEach(({ queue, kind, callback }, index) => {
      if (queue !== null && kind === 'REPEAT') expect(deliveries[index - 1]?.callback).toBe(callback);
    });
  });
});
