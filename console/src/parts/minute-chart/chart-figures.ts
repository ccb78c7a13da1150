import type { TimeSpan } from '../../format/slots.ts';

/** The fewest and the most that were live in a step that begins at a moment. */
export interface ChartPoint {
  readonly at: string;
  readonly least: number;
  readonly most: number;
}

/**
 * A line of equal steps, each at its height, from 0 to `width` to the right; with a negative width from there to the
 * left.
 */
export function stepPath(heights: readonly number[], width: number): string {
  const beginsAt = width < 0 ? -width : 0;
  const step = width / heights.length;
  const lines = heights.map((y, index) => {
    const end = (beginsAt + (index + 1) * step).toFixed(1);
    return `${index === 0 ? `M${beginsAt} ` : 'V'}${y.toFixed(1)}H${end}`;
  });
  return lines.join('');
}

const minuteMs = 60_000;

/** Milliseconds between two labels: the smallest of these with at most so many labels, which fit on a phone. */
const labelSteps = [10, 30, 60, 120, 240].map((minutes) => minutes * minuteMs);
const labelsMax = 7;

/** Round times within a span, each with its share of it. */
export function axisTimes({ fromMs, toMs }: TimeSpan): readonly { readonly share: number; readonly atMs: number }[] {
  const stepMs = labelSteps.find((step) => (toMs - fromMs) / step <= labelsMax) ?? toMs - fromMs;
  const times: { share: number; atMs: number }[] = [];
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs < toMs; atMs += stepMs) {
    times.push({ share: (atMs - fromMs) / (toMs - fromMs), atMs });
  }
  return times;
}
