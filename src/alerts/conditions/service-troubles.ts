import type { ServiceTrouble } from '../../domain/alerts/alert-kinds.ts';
import type { ServiceRule } from '../rules/alert-rule.ts';
import type { FindSubjects, Troubles } from './findings.ts';
import { keyOf } from './subjects.ts';

const summaries: Readonly<Record<ServiceTrouble, string>> = {
  PROJECTION_STALLED:
    'The projection has stopped, and tries again: queries show an earlier state. See its reason in the log of the process.',
  PROJECTION_BEHIND: 'The projection is more than a minute behind: queries show an earlier state.',
  POISONED: 'Events could not be projected, and were skipped: see `poisoned` of `projections`.',
  FORWARDING: 'A target of forwarding fails: see `forwardTargets`.',
  DISK: 'The disk of DATA_DIR is nearly full: only callbacks are still recorded.',
};

/** Trouble of this service, as it reports it of itself. */
export function findServiceTroubles({ troubles }: ServiceRule, service: () => Promise<Troubles>): FindSubjects {
  return async () => {
    const all = await service();
    const current = troubles.filter((trouble) => all[trouble] === true);
    const unknown = new Set(troubles.filter((trouble) => all[trouble] === null).map((trouble) => keyOf(trouble)));
    return {
      current: current.map((trouble) => ({ key: keyOf(trouble), summary: summaries[trouble], facts: { trouble } })),
      isUnknown: (key) => unknown.has(key),
    };
  };
}
