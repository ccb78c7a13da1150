import Sequencer from '@jest/test-sequencer';

/** Begins with the slow tests, so that the last ones to run are short and no worker is left waiting. */
export default class SlowFirstSequencer extends Sequencer {
  sort(tests) {
    const isSlow = ({ context }) => context.config.displayName?.name === 'slow';
    return [...super.sort(tests)].sort((one, other) => Number(isSlow(other)) - Number(isSlow(one)));
  }
}
