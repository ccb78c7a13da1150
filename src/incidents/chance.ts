/**
 * The chance of `count` or more events where `mean` are expected, and events are independent of each other (Poisson), to some four digits; 1 if
 * these are no more than expected.
 */
export function chanceOf(count: number, mean: number): number {
  if (count <= mean) return 1;
  // Sums the tail itself: one minus the rest would lose its digits. Each term is less than the one before, in the end by half.
  let term = Math.exp(count * Math.log(mean) - mean - logFactorial(count));
  let sum = 0;
  for (let k = count; term > sum * 1e-9; k += 1) {
    sum += term;
    term *= mean / (k + 1);
  }
  return Math.min(1, sum);
}

/** The logarithm of n!, of n from 1 on (Stirling’s series; off by less than 0.0006). */
function logFactorial(n: number): number {
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3);
}

/** How much better a fault explains `count` events than a habit by which `mean` are expected (a log-likelihood ratio). */
export function evidenceOf(count: number, mean: number): number {
  return count <= mean ? 0 : count * Math.log(count / mean) - (count - mean);
}
