import type { ExplainedField } from '../../src/sessions/session-explanation.ts';
import type { SessionCallback } from '../../src/sessions/stream-session.ts';

/** The values that callbacks give for a field, and which callback set it. */
export interface ExpectedExplanation {
  readonly field: ExplainedField;
  readonly value: string | number | null;
  /** Index of the callback; null: none. */
  readonly setBy: number | null;
  readonly others: readonly (readonly [value: string | number, by: number])[];
}

interface Given {
  readonly callback: SessionCallback;
  readonly digest: string;
}

/** What counts by definition: the push that happened first and the interruption that happened last; the digest breaks ties. */
export function expectedExplanation(given: readonly Given[], fields: readonly ExplainedField[]): ExpectedExplanation[] {
  const numbered = given.map((one, index) => ({ ...one, index }));
  const inOrder = (unknown: number) => (one: Given, other: Given) => {
    const [first, second] = [one.callback.occurredAtMs ?? unknown, other.callback.occurredAtMs ?? unknown];
    if (first !== second) return first - second;
    return one.digest < other.digest ? -1 : 1;
  };
  const push = numbered.filter(({ callback }) => callback.kind === 'PUSH').sort(inOrder(Number.MAX_SAFE_INTEGER))[0];
  const end = numbered
    .filter(({ callback }) => callback.kind === 'INTERRUPTION')
    .sort(inOrder(-1))
    .at(-1);
  return fields.flatMap((field) => {
    const isOfEnd = /^(end|pushDuration)/.test(field);
    const says = (one: Given | undefined) => (one === undefined ? null : saidOf(one.callback, field));
    const setBy = isOfEnd ? end : [push, end].find((one) => says(one) !== null);
    const value = says(setBy);
    const others = numbered.flatMap((one): [string | number, number][] => {
      const said = says(one);
      return said === null || said === value || one.index === setBy?.index ? [] : [[said, one.index]];
    });
    return value === null && others.length === 0 ? [] : [{ field, value, setBy: setBy?.index ?? null, others }];
  });
}

function saidOf(callback: SessionCallback, field: ExplainedField): string | number | null {
  const { occurredAtMs, facts } = callback;
  const duration = callback.kind === 'INTERRUPTION' ? callback.pushDurationMs : null;
  switch (field) {
    case 'startedAtMs': {
      if (callback.kind === 'PUSH') return occurredAtMs;
      const derived = occurredAtMs === null || duration === null ? 0 : occurredAtMs - duration;
      return derived > 0 ? derived : null;
    }
    case 'endedAtMs':
      return callback.kind === 'PUSH' ? null : occurredAtMs;
    case 'pushDurationMs':
      return duration;
    case 'endCode':
    case 'endCodeText':
    case 'endMessage':
      return callback.kind === 'PUSH' ? null : callback[field];
    case 'domain':
      return facts.domain === null ? null : facts.domain.toLowerCase();
    case 'accessPoint':
      return facts.node;
    case 'region':
      if (facts.setId === null || facts.setId < 1 || facts.setId > 200) return null;
      return facts.setId < 7 ? 'MAINLAND_CHINA' : 'OUTSIDE_MAINLAND_CHINA';
    default:
      return facts[field];
  }
}
