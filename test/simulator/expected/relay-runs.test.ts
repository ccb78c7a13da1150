import { describe, expect, test } from '@jest/globals';
import { relayRunsOf } from '../../../simulator/expected/relay-runs.ts';
import type { SimulatedRelay, Unnumbered } from '../../../simulator/scenario/simulated-callback.ts';
import { arrived, atMs, exit, file, relay, start, task } from '../../support/simulated.ts';

const [one, other] = [task('1'), task('2')];

function second(callback: SimulatedRelay | null): number | null {
  return callback === null ? null : (callback.atMs - atMs(0)) / 1_000;
}

/** Of each task its runs: when they began and exited, with what code, and how many files and alarms are theirs. */
function runsOf(...callbacks: readonly Unnumbered[]) {
  const { tasks } = relayRunsOf(arrived(callbacks));
  return Object.fromEntries(
    [...tasks.values()].map(({ task: { taskId }, runs }) => [
      taskId,
      runs.map((run) => [second(run.start), second(run.exit), run.activities.length]),
    ]),
  );
}

function ownersOf(...callbacks: readonly Unnumbered[]): (string | null)[] {
  return [...relayRunsOf(arrived(callbacks)).exitAttributions.values()].map((owner) => owner?.taskId ?? null);
}

describe('runs', () => {
  test('go from start to exit, and have what happened between', () => {
    const runs = runsOf(
      relay(one, 0, start),
      relay(one, 2, file('FILE_START')),
      relay(one, 11, file('FILE_FINISH')),
      relay(one, 12, exit(0)),
      relay(one, 20, start),
      relay(one, 22, { type: 'ALARM', alarm: 'PullFileFailed' }),
    );
    expect(runs).toEqual({
      1: [
        [0, 12, 2],
        [20, null, 1],
      ],
    });
  });

  test('begin anew where an exit was lost, and are an exit alone where a start was', () => {
    expect(runsOf(relay(one, 0, start), relay(one, 20, start))).toEqual({
      1: [
        [0, null, 0],
        [20, null, 0],
      ],
    });
    expect(runsOf(relay(one, 0, start), relay(one, 9, exit(0)), relay(one, 30, exit(-5)))).toEqual({
      1: [
        [0, 9, 0],
        [null, 30, 0],
      ],
    });
  });

  test('are opened by a file where nothing else was heard, and take a start of up to a minute later as their own', () => {
    const played = relay(one, 0, file('FILE_START'));
    expect(runsOf(played)).toEqual({ 1: [[null, null, 1]] });
    expect(runsOf(played, relay(one, 60, start))).toEqual({ 1: [[60, null, 1]] });
    expect(runsOf(played, relay(one, 61, start))).toEqual({
      1: [
        [null, null, 1],
        [61, null, 0],
      ],
    });
    expect(runsOf(played, relay(one, 9, exit(0)), relay(one, 20, start))).toEqual({
      1: [
        [null, 9, 1],
        [20, null, 0],
      ],
    });
  });

  test('of one moment: the exit comes first where a run is open, else the start', () => {
    const [ends, begins] = [relay(one, 5, exit(0)), relay(one, 5, start)];
    expect(runsOf(relay(one, 0, start), begins, ends)).toEqual({
      1: [
        [0, 5, 0],
        [5, null, 0],
      ],
    });
    expect(runsOf(ends, begins)).toEqual({ 1: [[5, 5, 0]] });
  });

  test('are none where only the configuration changed', () => {
    expect(runsOf(relay(one, 0, { type: 'RESET' }))).toEqual({ 1: [] });
  });
});

describe('an exit that names no task', () => {
  const nameless = (at: number) => relay(one, at, exit(-22, false));

  test('belongs to the only task of its sources that runs', () => {
    const both = [relay(one, 0, start), relay(other, 1, start), relay(one, 5, exit(0)), nameless(9)];
    expect(ownersOf(...both)).toEqual(['2']);
    expect(runsOf(...both)).toEqual({ 1: [[0, 5, 0]], 2: [[1, 9, 0]] });
  });

  test('belongs to none where two run, or none does', () => {
    expect(ownersOf(relay(one, 0, start), relay(other, 1, start), nameless(9))).toEqual([null]);
    expect(ownersOf(nameless(9))).toEqual([null]);
    expect(ownersOf(relay(one, 0, start), relay(one, 5, exit(0)), nameless(9))).toEqual([null]);
  });

  test('closes the run that it is given for the next one', () => {
    expect(ownersOf(relay(one, 0, start), nameless(5), nameless(9))).toEqual(['1', null]);
  });
});
