import type { ServiceTrouble } from '../../domain/alerts/alert-kinds.ts';
import type { ServiceRule } from '../rules/alert-rule.ts';
import type { FindSubjects, Sources } from './findings.ts';
import { keyOf } from './subjects.ts';

const summaries: Readonly<Record<ServiceTrouble, string>> = {
  PROJECTION_STALLED:
    'The projection has stopped, and tries again: queries show an earlier state. See its reason in the log of the process.',
  PROJECTION_BEHIND: 'The projection is more than a minute behind: queries show an earlier state.',
  POISONED: 'Events could not be projected, and were skipped: see `poisoned` of `projections`.',
  FORWARDING: 'A target of forwarding fails: see `forwardTargets`.',
  DISK: 'The disk of DATA_DIR is nearly full: only callbacks are still recorded.',
};

/** Troubles that one node has and another one does not: the others are of the log, or of a target. */
const ofOneNode: readonly ServiceTrouble[] = ['PROJECTION_STALLED', 'PROJECTION_BEHIND', 'DISK'];

/** Trouble of this service, as it reports it of itself. Of several nodes it is that of the one that evaluates, and says which one that is. */
export function findServiceTroubles(
  { troubles }: ServiceRule,
  { troubles: service, node }: Pick<Sources, 'troubles' | 'node'>,
): FindSubjects {
  const subjectOf = (trouble: ServiceTrouble) => {
    const [key, summary] = [keyOf(trouble), summaries[trouble]];
    if (node === null || !ofOneNode.includes(trouble)) return { key, summary, facts: { trouble } };
    return { key, summary: `${summary} Node: ${node}.`, facts: { trouble, node } };
  };
  return async () => {
    const all = await service();
    const unknown = new Set(troubles.filter((trouble) => all[trouble] === null).map((trouble) => keyOf(trouble)));
    return {
      current: troubles.filter((trouble) => all[trouble] === true).map(subjectOf),
      isUnknown: (key) => unknown.has(key),
      // The node that evaluates now does not have it; of the one before nobody here can say.
      summaryAtEnd: ({ summary, facts }) =>
        facts['node'] === undefined || facts['node'] === node
          ? summary
          : `${summary} Another node, ${node ?? 'without a name'}, evaluates the rules from now on: see on ${facts['node']} whether it is over.`,
    };
  };
}
