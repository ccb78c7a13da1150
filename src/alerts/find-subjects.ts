import type { AlertRule } from './alert-rule.ts';
import { findDomainSilent } from './kinds/domain-silent.ts';
import type { Findings, FindSubjects, Sources } from './kinds/findings.ts';
import { findFlapping } from './kinds/flapping.ts';
import { findMissing } from './kinds/missing.ts';
import { findNotLive } from './kinds/not-live.ts';
import { findPushEnded } from './kinds/push-ended.ts';
import { findQuarantined } from './kinds/quarantined.ts';
import { findRelayAlarms } from './kinds/relay-alarm.ts';
import { findRelayExit } from './kinds/relay-exit.ts';
import { findServiceTroubles } from './kinds/service-troubles.ts';

/** Milliseconds between two analyses of a rule, which examine many rows. */
const analysedEveryMs = { FLAPPING: 10_000, MISSING: 60_000 };

/** Chooses the search for the subjects of a rule, by its kind. */
export function createFindSubjects(rule: AlertRule, sources: Sources): FindSubjects {
  switch (rule.when) {
    case 'PUSH_ENDED':
      return findPushEnded(rule, sources);
    case 'NOT_LIVE':
      return findNotLive(rule, sources);
    case 'FLAPPING':
      return atMostEvery(analysedEveryMs.FLAPPING, findFlapping(rule, sources));
    case 'DOMAIN_SILENT':
      return findDomainSilent(rule, sources);
    case 'RELAY_EXIT':
      return findRelayExit(rule, sources);
    case 'RELAY_ALARM':
      return findRelayAlarms(rule, sources);
    case 'MISSING':
      return atMostEvery(analysedEveryMs.MISSING, findMissing(rule, sources));
    case 'QUARANTINE':
      return findQuarantined(rule, sources);
    case 'SERVICE':
      return findServiceTroubles(rule, sources);
  }
}

/** Returns the last result until this much time has passed. Searches anew if the clock was set back. */
function atMostEvery(ms: number, find: FindSubjects): FindSubjects {
  let last: { readonly atMs: number; readonly findings: Findings } | null = null;
  return async (nowMs) => {
    if (last === null || nowMs < last.atMs || nowMs - last.atMs >= ms) {
      last = { atMs: nowMs, findings: await find(nowMs) };
    }
    return last.findings;
  };
}
