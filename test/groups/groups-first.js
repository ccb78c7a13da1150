import Sequencer from '@jest/test-sequencer';

/** Begins with the groups, which take longest: Jest would judge them by the few lines that they have. */
export default class GroupsFirst extends Sequencer {
  sort(tests) {
    const isGroup = ({ context }) => context.config.displayName?.name === 'group';
    const sorted = super.sort(tests);
    return [...sorted.filter(isGroup), ...sorted.filter((test) => !isGroup(test))];
  }
}
