/** Above this, the distribution is close enough to a normal one, and e^-mean is close to the least number there is. */
const normalMeanMin = 200;

/** The chance of `count` or more events where `mean` are expected, and events are independent of each other (Poisson). */
export function chanceOf(count: number, mean: number): number {
  if (count <= 0) return 1;
  if (mean > normalMeanMin) return normalTail((count - 0.5 - mean) / Math.sqrt(mean));
  // Sums the tail itself: one minus the rest would lose its digits. Each term is less than half of the one before in the end.
  let term = Math.exp(-mean);
  for (let k = 1; k <= count; k += 1) term *= mean / k;
  let sum = 0;
  for (let k = count; term > sum * 1e-9; k += 1) {
    sum += term;
    term *= mean / (k + 1);
  }
  return Math.min(1, sum);
}

/** The upper tail of the normal distribution (Abramowitz and Stegun 26.2.17; off by less than 1e-7). */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

/** How much better a fault explains `count` events than a habit by which `mean` are expected (a log-likelihood ratio). */
export function evidenceOf(count: number, mean: number): number {
  return count <= mean ? 0 : count * Math.log(count / mean) - (count - mean);
}
