import { describe, expect, test } from '@jest/globals';
import { barsOf } from '../../console/src/pages/stream/bars.ts';
import { lanesOf, type LaneFile, type LaneRun } from '../../console/src/pages/task/lanes.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString();
const run = (parts: Partial<LaneRun>): LaneRun => ({
  number: 1,
  startedAt: null,
  startReceivedAt: null,
  exitedAt: null,
  exitReceivedAt: null,
  files: [],
  alarms: [],
  ...parts,
});
const file = (parts: Partial<LaneFile>): LaneFile => ({
  index: 0,
  startedAt: null,
  finishedAt: null,
  durationSeconds: null,
  times: 1,
  ...parts,
});

describe('the lanes of runs, on one scale from the first start to now', () => {
  const now = Date.parse(at(40));

  test('a run lasts from its start to its exit, one that runs until now', () => {
    const { lanes } = lanesOf([run({ startedAt: at(20) }), run({ startedAt: at(0), exitedAt: at(10) })], [], now);
    expect(lanes.map(({ from, to }) => [from, to])).toEqual([
      [0.5, 1],
      [0, 0.25],
    ]);
  });

  test('a start that no callback has is that of the first file', () => {
    const files = [file({ startedAt: at(20), finishedAt: at(30) })];
    const { lanes } = lanesOf([run({ files, exitReceivedAt: at(40) })], [], now);
    expect(lanes[0]).toMatchObject({ from: 0, to: 1, blocks: [{ from: 0, to: 0.5 }] });
  });

  test('a finish before the start is of the time before: the file plays again, to the end of the run', () => {
    const files = [file({ startedAt: at(20), finishedAt: at(10) })];
    const { lanes } = lanesOf([run({ startedAt: at(0), files })], [], now);
    expect(lanes[0]?.blocks).toMatchObject([{ from: 0.5, to: 1 }]);
  });

  test('each play is a block of the newest run begun before it; what never finished ends with the next play', () => {
    const runs = [run({ number: 2, startedAt: at(20) }), run({ number: 1, startedAt: at(0), exitedAt: at(18) })];
    const minute = (n: number) => Date.parse(at(n));
    const plays = [
      { index: 0, fromMs: minute(0), toMs: minute(8) },
      { index: 0, fromMs: minute(8), toMs: null },
      { index: 0, fromMs: minute(10), toMs: null },
      { index: 1, fromMs: minute(20), toMs: null },
    ];
    const { lanes } = lanesOf(runs, plays, now);
    expect(lanes.map(({ blocks }) => blocks.map(({ from, to }) => [from, to]))).toEqual([
      [[0.5, 1]],
      [
        [0, 0.2],
        [0.2, 0.25],
        [0.25, 0.45],
      ],
    ]);
  });

  test('a run whose start is lost begins with its first play, though a file that loops says only when it last began', () => {
    const lost = run({ number: 2, files: [file({ startedAt: at(36), times: 9 })] });
    const plays = Array.from({ length: 9 }, (_, index) => {
      const fromMs = Date.parse(at(4 + 4 * index));
      return { index: 0, fromMs, toMs: index === 8 ? null : fromMs + 240_000 };
    });
    const blocks = Array.from({ length: 9 }, (_, index) => [index / 9, (index + 1) / 9]);
    const drawn = (runs: readonly LaneRun[]) =>
      lanesOf(runs, plays, now).lanes.map((lane) => [
        lane.from,
        lane.to,
        lane.blocks.map(({ from, to }) => [from, to]),
      ]);
    expect(drawn([lost])).toEqual([[0, 1, blocks]]);
    // None is of the run before, which had exited; the scale begins with that one.
    const exited = run({ startedAt: at(0), exitedAt: at(2) });
    expect(drawn([lost, exited])).toEqual([
      [0.1, 1, blocks.map((_, index) => [0.1 * (index + 1), 0.1 * (index + 2)].map((share) => expect.closeTo(share)))],
      [0, 0.05, []],
    ]);
  });

  test('a play that began after now, by a clock that is ahead, is of the run that has not exited', () => {
    const runs = [run({ number: 2, startedAt: at(20) }), run({ startedAt: at(0), exitedAt: at(18) })];
    const { lanes } = lanesOf(runs, [{ index: 3, fromMs: now + 1, toMs: null }], now);
    expect(lanes.map(({ blocks }) => blocks.length)).toEqual([1, 0]);
  });

  test('of a run whose plays are not known, the files are shown at their last time', () => {
    const files = [
      file({ index: 1, startedAt: at(10), finishedAt: at(20), times: 7 }),
      file({ index: 0, startedAt: at(0), finishedAt: at(10), times: 7 }),
    ];
    const runs = [run({ startedAt: at(20) }), run({ startedAt: at(0), exitedAt: at(20), files })];
    const { lanes } = lanesOf(runs, [{ index: 3, fromMs: Date.parse(at(30)), toMs: null }], now);
    expect(lanes.map(({ blocks }) => blocks.map(({ index }) => index))).toEqual([[3], [0, 1]]);
  });

  test('without any time nothing fails', () => {
    expect(lanesOf([run({})], [], now).lanes[0]).toMatchObject({ blocks: [], alarms: [] });
  });
});

describe('the strip of a day', () => {
  const to = Date.UTC(2026, 10, 21, 12);
  const hour = (h: number) => new Date(to - h * 3_600_000).toISOString();

  test('has a bar for each push in the day, cut where the day begins; one without an end lasts until the next', () => {
    const rows = [
      { state: 'LIVE', startedAt: hour(6), endedAt: null },
      { state: 'SUPERSEDED', startedAt: hour(12), endedAt: null },
      { state: 'ENDED', startedAt: hour(30), endedAt: hour(18) },
      { state: 'ENDED', startedAt: hour(40), endedAt: hour(30) },
    ] as const;
    expect(barsOf(rows, to, 240).map(({ x, endX }) => [x, endX])).toEqual([
      [180, 240],
      [120, 180],
      [0, 60],
    ]);
  });
});
