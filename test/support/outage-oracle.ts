import type { ReceivingOutage } from '../../src/outages/receiving-outage-events.ts';

/** An event in a node's history, in order. */
export type Happening = WhatHappened & { readonly node: string | null; readonly atMs: number };

export type WhatHappened =
  /** `isStoring`: whether what it then has to record can be stored at once. */
  | { readonly what: 'TAKING'; readonly isStoring: boolean }
  | { readonly what: 'STORED' | 'STOPPED' }
  | { readonly what: 'REFUSED'; readonly cause: 'STORE_UNAVAILABLE' | 'STORE_OVERLOADED' }
  /** `newestMs`: when the newest event was recorded that the node had at its end; null: it has no copy, or an empty one. */
  | { readonly what: 'KILLED'; readonly newestMs: number | null };

const [outageMsMin, quietMs] = [1_000, 60_000];

/** Outages by definition: the times between two runs of a node, and the refusals of each run, as far as traces are left. */
export function expectedOutages(happened: readonly Happening[]): ReceivingOutage[] {
  const nodes = [...new Set(happened.map(({ node }) => node))];
  return nodes.flatMap((node) => {
    const ofNode = happened.filter((one) => one.node === node);
    const begins = ofNode.flatMap(({ what }, index) => (what === 'TAKING' ? [index] : []));
    const runs = begins.map((begin, index) => ofNode.slice(begin, begins[index + 1]));
    return runs.flatMap((run, index) => [...between(runs[index - 1], run), ...refusedIn(run)]);
  });
}

function between(before: readonly Happening[] | undefined, run: readonly Happening[]): ReceivingOutage[] {
  const [end, begin] = [before?.at(-1), run[0]];
  if (end === undefined || begin?.what !== 'TAKING') return [];
  const fromMs = end.what === 'KILLED' ? end.newestMs : end.atMs;
  if (fromMs === null || begin.atMs - fromMs < outageMsMin) return [];
  if (!begin.isStoring && !isLeftOf(run, begin.atMs)) return [];
  const cause = end.what === 'KILLED' ? 'LOST' : 'STOPPED';
  return [{ node: begin.node, cause, fromMs, toMs: begin.atMs, refused: null }];
}

/** A stopped run leaves everything; a killed one leaves what it could store with a callback after the refusals ended. */
function isLeftOf(run: readonly Happening[], overAtMs: number): boolean {
  return run.at(-1)?.what !== 'KILLED' || run.some(({ what, atMs }) => what === 'STORED' && atMs >= overAtMs);
}

function refusedIn(run: readonly Happening[]): ReceivingOutage[] {
  const found: ReceivingOutage[] = [];
  for (const cause of ['STORE_UNAVAILABLE', 'STORE_OVERLOADED'] as const) {
    const refusals = run.filter((one) => one.what === 'REFUSED' && one.cause === cause);
    const firsts = refusals.flatMap(({ atMs }, index) =>
      atMs - (refusals[index - 1]?.atMs ?? -Infinity) >= quietMs ? [index] : [],
    );
    for (const [index, first] of firsts.entries()) {
      const times = refusals.slice(first, firsts[index + 1]).map(({ atMs }) => atMs);
      const [fromMs, toMs] = [Math.min(...times), Math.max(...times)];
      const node = run[0]?.node ?? null;
      if (isLeftOf(run, toMs + quietMs)) found.push({ node, cause, fromMs, toMs, refused: times.length });
    }
  }
  return found;
}
