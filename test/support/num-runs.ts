/** Set by the project `many-runs` of `jest.config.js`, which belongs to `npm run test:long`. */
declare const hasAllRuns: boolean | undefined;

/** As many runs as show a claim. */
const usualInShort = 15;

/** The runs of a property: `many` in the long tier, where rare seeds are found, and 15 at most in the short one. */
export function numRunsOf(many: number, inShort = usualInShort): number {
  return typeof hasAllRuns === 'boolean' && hasAllRuns ? many : Math.min(many, inShort);
}
