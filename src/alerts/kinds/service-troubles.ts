import { list, word } from '../../settings/json-settings.ts';
import { alertKind } from '../alert-rule.ts';
import { cut, keyOf, serviceTroubles, type ServiceTrouble } from './findings.ts';

const summaries: Readonly<Record<ServiceTrouble, string>> = {
  PROJECTION_STALLED:
    'The projection has stopped and tries again: queries show an earlier state. The log of the process says why.',
  PROJECTION_BEHIND: 'The projection is more than a minute behind: queries show an earlier state.',
  POISONED: 'Events could not be projected, and were skipped: see `poisoned` of `projections`.',
  FORWARDING: 'A target of forwarding fails: see `forwardTargets`.',
  DISK: 'The disk of DATA_DIR is nearly full: only callbacks are still recorded.',
};

/** Troubles that one node may have and another not: the others are of the log, or of a target. */
const ofOneNode: readonly ServiceTrouble[] = ['PROJECTION_STALLED', 'PROJECTION_BEHIND', 'DISK'];

/** With several nodes, it is trouble of the node that evaluates, and says which one that is. */
export const serviceTrouble = alertKind({
  when: 'SERVICE',
  description: 'Trouble of this service itself.',
  settings: {
    troubles: list(word(serviceTroubles), serviceTroubles.length)
      .describe('What trouble.')
      .default([...serviceTroubles]),
  },
  openFind({ troubles }, { troubles: service, node }) {
    const nodeOf = (trouble: ServiceTrouble) => (ofOneNode.includes(trouble) ? node : null);
    // Each node has separate alerts: those of the previous node end, and those of the node that evaluates now begin.
    const keyHere = (trouble: ServiceTrouble) =>
      nodeOf(trouble) === null ? keyOf(trouble) : keyOf(trouble, nodeOf(trouble));
    const subjectOf = (trouble: ServiceTrouble) => {
      const [key, summary, here] = [keyHere(trouble), summaries[trouble], nodeOf(trouble)];
      if (here === null) return { key, summary, facts: { trouble } };
      return { key, summary: `${summary} Node: ${cut(here)}.`, facts: { trouble, node: here } };
    };
    return async () => {
      const all = await service();
      const over = new Set(troubles.filter((trouble) => all[trouble] === false).map(keyHere));
      const unknown = new Set(troubles.filter((trouble) => all[trouble] === null).map(keyHere));
      return {
        current: troubles.filter((trouble) => all[trouble] === true).map(subjectOf),
        isUnknown: (key) => unknown.has(key),
        // This node knows nothing of another node, nor of a key that an earlier version gave.
        summaryAtEnd: ({ key, summary, facts }) =>
          facts['node'] === undefined || over.has(key) ? summary : `${summary} Not known whether it is over there.`,
      };
    };
  },
});
