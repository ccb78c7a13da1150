import type { Failure } from './failure.ts';
import {
  burstMs,
  chanceMax,
  failuresMin,
  fewStreamsMin,
  growthChanceMax,
  incidentMsMax,
  resolutionMs,
  streamsMin,
  windowMs,
} from './incident-rules.ts';

/** What failures at a time are compared with. */
export interface Habits {
  /** How many streams of a group fail within `windowMs` by its habit. `earlier`: failures of the group before that. */
  usual(group: string, atMs: number, earlier: number): number;
  /** Whether a stream does not fail all the time. */
  isSteady(subject: string, atMs: number): boolean;
}

/** Failures of one group that are close together, and more than its habit explains: indexes in the list of all. */
export interface Episode {
  readonly group: string;
  readonly members: readonly number[];
  /** Streams expected by the habit in its time, or in `windowMs` if that is longer. */
  readonly usual: number;
  /** The same in its time alone. */
  readonly usualMeanwhile: number;
}

/** Failures as numbers, each by its index: a fault takes thousands, and each is looked at once for each of its groups. */
export class Numbered {
  readonly times: Float64Array;
  /** The number of what failed. */
  readonly subjects: Int32Array;
  readonly subjectsMax: number;
  private readonly countedIn: Int32Array;
  private counts = 0;

  constructor(readonly failures: readonly Failure[]) {
    const numbers = new Map<string, number>();
    this.times = Float64Array.from(failures, ({ atMs }) => atMs);
    this.subjects = Int32Array.from(failures, ({ subject }) => {
      const number = numbers.get(subject) ?? numbers.size;
      numbers.set(subject, number);
      return number;
    });
    this.subjectsMax = numbers.size;
    this.countedIn = new Int32Array(numbers.size);
  }

  /** How many streams these are. */
  streamsOf(indexes: readonly number[]): number {
    this.counts += 1;
    let streams = 0;
    for (const index of indexes) {
      const subject = this.subjects[index] ?? 0;
      if (this.countedIn[subject] === this.counts) continue;
      this.countedIn[subject] = this.counts;
      streams += 1;
    }
    return streams;
  }
}

/** The failures of a group, by their positions in it. */
interface GroupFailures {
  readonly timeOf: (position: number) => number;
  readonly subjectOf: (position: number) => number;
}

/** The streams of a group that failed within a time. */
class StreamWindow {
  /** The position of its first failure. */
  from = 0;
  streams = 0;
  private readonly failuresOf: Int32Array;

  constructor(
    readonly lengthMs: number,
    private readonly group: GroupFailures,
    subjectsMax: number,
  ) {
    this.failuresOf = new Int32Array(subjectsMax);
  }

  /** Moves on to this failure, the next one. */
  add(position: number): void {
    const { timeOf, subjectOf } = this.group;
    const subject = subjectOf(position);
    const failures = this.failuresOf[subject] ?? 0;
    if (failures === 0) this.streams += 1;
    this.failuresOf[subject] = failures + 1;
    const afterMs = timeOf(position) - this.lengthMs;
    while (timeOf(this.from) <= afterMs) this.removeFirst();
  }

  /** Removes all up to this failure, the last one, and goes on after another. */
  restart(last: number, after: number): void {
    while (this.from <= last) this.removeFirst();
    this.from = after + 1;
  }

  private removeFirst(): void {
    const subject = this.group.subjectOf(this.from);
    const failures = (this.failuresOf[subject] ?? 0) - 1;
    if (failures === 0) this.streams -= 1;
    this.failuresOf[subject] = failures;
    this.from += 1;
  }
}

/** The times in which a group fails more than its habit explains. */
export function episodesOf(
  group: string,
  indexes: readonly number[],
  { times, subjects, subjectsMax }: Numbered,
  habits: Habits,
): Episode[] {
  const timeOf = (position: number) => times[indexes[position] ?? 0] ?? 0;
  const subjectOf = (position: number) => subjects[indexes[position] ?? 0] ?? 0;
  const episodes: Episode[] = [];
  const long = new StreamWindow(windowMs, { timeOf, subjectOf }, subjectsMax);
  const windows = [long, new StreamWindow(burstMs, { timeOf, subjectOf }, subjectsMax)];
  for (let position = 0; position < indexes.length; position += 1) {
    for (const window of windows) window.add(position);
    if (!isMany(long.streams, position - long.from + 1)) continue;
    const usual = habits.usual(group, timeOf(position), long.from);
    const usualSince = (begin: number, end: number) =>
      (usual * (timeOf(end) - timeOf(begin) + resolutionMs)) / windowMs;
    const isUnusual = windows.some(
      ({ streams, from }) =>
        isMany(streams, position - from + 1) && chanceOf(streams, usualSince(from, position)) <= chanceMax,
    );
    if (!isUnusual) continue;
    const begin = beginOf({ from: long.from, position, subjectOf, usualSince });
    const beganMs = timeOf(begin);
    let end = position;
    while (end + 1 < indexes.length) {
      const nextMs = timeOf(end + 1);
      if (!goesOn(beganMs, timeOf(end), nextMs, habits.usual(group, nextMs, long.from))) break;
      end += 1;
    }
    const members = indexes.slice(begin, end + 1);
    const usualMeanwhile = usualSince(begin, end);
    episodes.push({ group, members, usual: Math.max(usual, usualMeanwhile), usualMeanwhile });
    for (const window of windows) window.restart(position, end);
    position = end;
  }
  return episodes;
}

/** Whether these are enough to be looked at. */
export function isMany(streams: number, failures: number): boolean {
  return streams >= streamsMin || (streams >= fewStreamsMin && failures >= failuresMin);
}

/** Whether a failure belongs to what came before: the habit alone would not have brought it so soon. */
function goesOn(beganMs: number, beforeMs: number, atMs: number, usual: number): boolean {
  if (atMs - beforeMs > windowMs || atMs - beganMs > incidentMsMax) return false;
  return 1 - Math.exp((-usual * (atMs - beforeMs)) / windowMs) < growthChanceMax;
}

/** Where a group began to fail, in the window in which that was noticed: what came before by chance is no part of it. */
function beginOf(window: {
  readonly from: number;
  readonly position: number;
  readonly subjectOf: GroupFailures['subjectOf'];
  readonly usualSince: (begin: number, end: number) => number;
}): number {
  const { from, position, subjectOf, usualSince } = window;
  const subjects = new Set<number>();
  let best = { begin: from, evidence: -1 };
  for (let begin = position; begin >= from; begin -= 1) {
    subjects.add(subjectOf(begin));
    const evidence = evidenceOf(subjects.size, usualSince(begin, position));
    if (evidence >= best.evidence) best = { begin, evidence };
  }
  return best.begin;
}

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
