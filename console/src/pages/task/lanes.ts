import type { Play } from './plays.ts';

/** A run of a relay task, as much as its lane needs. */
export interface LaneRun {
  readonly number: number;
  readonly startedAt: string | null;
  readonly startReceivedAt: string | null;
  readonly exitedAt: string | null;
  readonly exitReceivedAt: string | null;
  readonly files: readonly LaneFile[] | null;
  readonly alarms: readonly LaneAlarm[] | null;
}
export interface LaneAlarm {
  readonly type: string;
  readonly lastAt: string;
  readonly times: number;
}
export interface LaneFile {
  readonly index: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationSeconds: number | null;
  readonly times: number;
}

export interface Block extends Play {
  /** Shares of the width, 0 to 1. */
  readonly from: number;
  readonly to: number;
}

export interface Lane<Run extends LaneRun> {
  readonly run: Run;
  readonly from: number;
  readonly to: number;
  readonly blocks: readonly Block[];
  readonly alarms: readonly { readonly alarm: LaneAlarm; readonly at: number }[];
}

/**
 * Runs on one time scale, each from its start to its exit, or to now. An unknown start is replaced by that of the first
 * play or file. Each play is a block in a run that had not exited before it: the newest that began before the play, or
 * the first after it. In a run without known plays, each file is a block at the last time that it was played.
 */
export function lanesOf<Run extends LaneRun>(
  runs: readonly Run[],
  plays: readonly Play[],
  nowMs: number,
): { readonly lanes: readonly Lane<Run>[]; readonly fromMs: number; readonly toMs: number } {
  const spans = spansOf(runs, plays, nowMs);
  const fromMs = Math.min(nowMs, ...spans.map((span) => span.fromMs));
  const toMs = Math.max(fromMs + 1, ...spans.map((span) => span.toMs));
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
  const lanes = spans.map(({ run, played, ...span }) => ({
    run,
    from: share(span.fromMs),
    to: share(span.toMs),
    blocks: shownPlays(run, played).map((play, at, all) => {
      // A play without a finish ends with the next play at the latest, and with its run.
      const endMs = play.toMs ?? Math.min(span.toMs, all[at + 1]?.fromMs ?? Infinity);
      return { ...play, from: share(play.fromMs), to: share(Math.max(play.fromMs, endMs)) };
    }),
    alarms: (run.alarms ?? []).map((alarm) => ({ alarm, at: share(Date.parse(alarm.lastAt)) })),
  }));
  return { lanes, fromMs, toMs };
}

/** The beginning and end of each run, and its plays. A run with an unknown start begins with its first play. */
function spansOf<Run extends LaneRun>(runs: readonly Run[], plays: readonly Play[], nowMs: number) {
  const spans = runs.map((run) => ({ run, played: [] as Play[], ...spanOf(run, nowMs) }));
  for (const play of plays) {
    const possible = spans.filter(({ run, toMs }) => exitOf(run) === null || toMs >= play.fromMs);
    (possible.find(({ fromMs }) => fromMs <= play.fromMs) ?? possible.at(-1))?.played.push(play);
  }
  return spans.map((span) => ({ ...span, fromMs: Math.min(span.fromMs, ...span.played.map((play) => play.fromMs)) }));
}

function spanOf(run: LaneRun, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  const known = [run.startedAt ?? run.startReceivedAt, ...(run.files ?? []).map((file) => file.startedAt), exitOf(run)]
    .filter((time) => time !== null)
    .map((time) => Date.parse(time));
  const exit = exitOf(run);
  const fromMs = known.length === 0 ? nowMs : Math.min(...known);
  return { fromMs, toMs: exit === null ? nowMs : Math.max(fromMs, Date.parse(exit)) };
}

function exitOf({ exitedAt, exitReceivedAt }: LaneRun): string | null {
  return exitedAt ?? exitReceivedAt;
}

function shownPlays(run: LaneRun, plays: readonly Play[]): readonly Play[] {
  if (plays.length > 0) return plays;
  return (run.files ?? []).flatMap(newestPlayOf).sort((one, other) => one.fromMs - other.fromMs);
}

function newestPlayOf({ index, startedAt, finishedAt, durationSeconds }: LaneFile): Play[] {
  if (startedAt === null && finishedAt === null) return [];
  const finishMs = finishedAt === null ? null : Date.parse(finishedAt);
  const fromMs = startedAt === null ? (finishMs ?? 0) - (durationSeconds ?? 0) * 1_000 : Date.parse(startedAt);
  // A finish before the start belongs to an earlier play: the file is playing again.
  return [{ index, fromMs, toMs: finishMs !== null && finishMs >= fromMs ? finishMs : null }];
}
