/** What the verdict reads of a projection. */
export interface ProjectionHealth {
  readonly serving: boolean;
  readonly lagMs: number;
  readonly stalledBecause: string | null;
  readonly notFollowedBecause: string | null;
  /** Null if it is no standby. */
  readonly standby: unknown;
  readonly build: { readonly because: string } | null;
  readonly spool: { readonly events: number; readonly oldestAgeMs: number } | null;
  readonly poisoned: readonly unknown[];
}

/** How many; `isMore`: or more. */
export interface Count {
  readonly n: number;
  readonly isMore: boolean;
}

/** What the page knows; unknown figures count as none. */
export interface HealthFacts {
  readonly projection: ProjectionHealth;
  /** Milliseconds since the newest callback arrived; null if there is none. */
  readonly newestAgeMs: number | null;
  /** Milliseconds since callbacks could last not be received, apart from restarts; null if they always could. */
  readonly outageAgeMs: number | null;
  readonly openAlerts: number;
  /** Names of the targets to which nothing can be sent. */
  readonly failingTargets: readonly string[];
  readonly quarantined: Count;
  readonly missing: Count;
  /** Whether an answer is still awaited. */
  readonly isPending: boolean;
  /** Whether the reader may see all of it. */
  readonly seesAll: boolean;
  /** How many parts of the page could not be read. */
  readonly unread: number;
}

/** Whether callbacks arrive and are shown. `key` is the key of its text. */
export type Status =
  | {
      readonly key: 'stalled' | 'standbyStalled' | 'building' | 'notFollowed' | 'standbyNotFollowed';
      readonly isProblem: true;
      readonly reason: string;
    }
  | { readonly key: 'behind'; readonly isProblem: true; readonly lagMs: number }
  | { readonly key: 'empty'; readonly isProblem: false }
  | { readonly key: 'receiving' | 'standby' | 'quiet'; readonly isProblem: false; readonly newestAgeMs: number };

/** One thing that needs attention. `key` is the key of its texts. */
export interface Finding extends Partial<Count> {
  readonly key: 'outage' | 'spool' | 'alerts' | 'forwarding' | 'skipped' | 'quarantine' | 'missing';
  /** The id of the heading with the details. */
  readonly section: string;
  readonly n: number;
  readonly ageMs?: number;
  readonly names?: readonly string[];
}

export interface Verdict {
  /**
   * What the first sentence says: `status` itself, that answers are awaited, that there are findings or parts that
   * could not be read, or that there are none of either.
   */
  readonly headline: 'status' | 'checking' | 'findings' | 'well';
  readonly status: Status;
  /** The most urgent one first. */
  readonly findings: readonly Finding[];
}

/** Milliseconds behind the log from which the page reports it. Usually it is some 10 ms. */
const lagMsMax = 30_000;

/**
 * Milliseconds without a callback after which the page says so first: a ledger of live streams is seldom quiet for so
 * long.
 */
const quietFromMs = 600_000;

/** Milliseconds for which an outage is reported: as long as CSS still repeats what could not be received, and some more. */
const recentOutageMs = 900_000;

/**
 * Whether anything needs attention, and what, in order of urgency. Waits for all answers, and never says that all is
 * well unless everything is known.
 */
export function verdictOf(facts: HealthFacts): Verdict {
  const status = statusOf(facts);
  const findings = findingsOf(facts);
  return { headline: headlineOf(facts, status, findings), status, findings };
}

function headlineOf(facts: HealthFacts, status: Status, findings: readonly Finding[]): Verdict['headline'] {
  if (status.isProblem) return 'status';
  if (facts.isPending) return 'checking';
  if (findings.length > 0 || facts.unread > 0) return 'findings';
  return facts.seesAll && (status.key === 'receiving' || status.key === 'standby') ? 'well' : 'status';
}

function statusOf({ projection, newestAgeMs }: HealthFacts): Status {
  const { stalledBecause, notFollowedBecause, serving, build, lagMs } = projection;
  const isStandby = projection.standby !== null;
  const [stalled, notFollowed, receiving] = isStandby
    ? (['standbyStalled', 'standbyNotFollowed', 'standby'] as const)
    : (['stalled', 'notFollowed', 'receiving'] as const);
  if (stalledBecause !== null) return { key: stalled, isProblem: true, reason: stalledBecause };
  if (!serving) return { key: 'building', isProblem: true, reason: build?.because ?? '' };
  if (notFollowedBecause !== null) return { key: notFollowed, isProblem: true, reason: notFollowedBecause };
  if (lagMs > lagMsMax) return { key: 'behind', isProblem: true, lagMs };
  if (newestAgeMs === null) return { key: 'empty', isProblem: false };
  return { key: newestAgeMs < quietFromMs ? receiving : 'quiet', isProblem: false, newestAgeMs };
}

/** First what loses callbacks, then what somebody wants to know, then what can wait for the morning. */
function findingsOf({ projection: { spool, poisoned }, ...facts }: HealthFacts): readonly Finding[] {
  const { outageAgeMs, openAlerts, failingTargets, quarantined, missing } = facts;
  const hasOutage = outageAgeMs !== null && outageAgeMs < recentOutageMs;
  const waitsLong = spool !== null && spool.oldestAgeMs > lagMsMax;
  const all: readonly Finding[] = [
    { key: 'outage', section: 'outages', n: hasOutage ? 1 : 0, ageMs: outageAgeMs ?? 0 },
    { key: 'spool', section: 'figures', n: waitsLong ? spool.events : 0, ageMs: spool?.oldestAgeMs ?? 0 },
    { key: 'alerts', section: 'alerts', n: openAlerts },
    { key: 'forwarding', section: 'forwarding', n: failingTargets.length, names: failingTargets },
    { key: 'skipped', section: 'figures', n: poisoned.length },
    { key: 'quarantine', section: 'quarantine', ...quarantined },
    { key: 'missing', section: 'missing', ...missing },
  ];
  return all.filter(({ n }) => n > 0);
}
