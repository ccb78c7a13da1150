/** What a projection says of itself, as far as the sentence at the top needs it. */
export interface ProjectionHealth {
  readonly serving: boolean;
  readonly lagEvents: number;
  readonly lagMs: number;
  readonly stalledBecause: string | null;
  readonly notFollowedBecause: string | null;
  readonly build: { readonly because: string } | null;
}

/** One sentence: what is wrong first, else that all is well. `key` is that of its text. */
export type Verdict =
  | { readonly key: 'stalled' | 'building' | 'notFollowed'; readonly isProblem: true; readonly reason: string }
  | { readonly key: 'behind'; readonly isProblem: true; readonly lagMs: number }
  | { readonly key: 'empty'; readonly isProblem: false }
  | { readonly key: 'receiving' | 'quiet'; readonly isProblem: false; readonly newestAgeMs: number };

/** Milliseconds behind the log from which somebody should know. In operation it is some 10 ms. */
const lagMsMax = 30_000;

/** Milliseconds without a callback after which it is said first: a ledger of live streams seldom waits as long. */
const quietFromMs = 600_000;

/** `newestAgeMs`: milliseconds since the newest callback arrived; null where there is none. */
export function verdictOf(projection: ProjectionHealth, newestAgeMs: number | null): Verdict {
  const { stalledBecause, notFollowedBecause, serving, build, lagMs } = projection;
  if (stalledBecause !== null) return { key: 'stalled', isProblem: true, reason: stalledBecause };
  if (!serving) return { key: 'building', isProblem: true, reason: build?.because ?? '' };
  if (notFollowedBecause !== null) return { key: 'notFollowed', isProblem: true, reason: notFollowedBecause };
  if (lagMs > lagMsMax) return { key: 'behind', isProblem: true, lagMs };
  if (newestAgeMs === null) return { key: 'empty', isProblem: false };
  return { key: newestAgeMs < quietFromMs ? 'receiving' : 'quiet', isProblem: false, newestAgeMs };
}
