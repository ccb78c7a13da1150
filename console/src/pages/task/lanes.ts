/** A run of a relay task, as much as its lane needs. */
export interface LaneRun {
  readonly number: number;
  readonly startedAt: string | null;
  readonly startReceivedAt: string | null;
  readonly exitedAt: string | null;
  readonly exitReceivedAt: string | null;
  readonly files: readonly LaneFile[];
  readonly alarms: readonly { readonly type: string; readonly lastAt: string; readonly times: number }[];
}
export interface LaneFile {
  readonly index: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationSeconds: number | null;
  readonly times: number;
}

export interface Block {
  readonly file: LaneFile;
  /** Shares of the width, 0 to 1. */
  readonly from: number;
  readonly to: number;
}

export interface Lane<Run extends LaneRun> {
  readonly run: Run;
  readonly from: number;
  readonly to: number;
  readonly blocks: readonly Block[];
  readonly alarms: readonly { readonly alarm: Run['alarms'][number]; readonly at: number }[];
}

/**
 * Runs on one scale of time, each from its start to its exit, or to now. A start that no callback tells is that of the first
 * file; a file is its last time of being played.
 */
export function lanesOf<Run extends LaneRun>(
  runs: readonly Run[],
  nowMs: number,
): { readonly lanes: readonly Lane<Run>[]; readonly fromMs: number; readonly toMs: number } {
  const spans = runs.map((run) => ({ run, ...spanOf(run, nowMs) }));
  const fromMs = Math.min(nowMs, ...spans.map((span) => span.fromMs));
  const toMs = Math.max(fromMs + 1, ...spans.map((span) => span.toMs));
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
  const lanes = spans.map(({ run, ...span }) => ({
    run,
    from: share(span.fromMs),
    to: share(span.toMs),
    blocks: run.files.flatMap((file) => blockOf(file, span.toMs, share)),
    alarms: run.alarms.map((alarm) => ({ alarm, at: share(Date.parse(alarm.lastAt)) })),
  }));
  return { lanes, fromMs, toMs };
}

function spanOf(run: LaneRun, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  const known = [
    run.startedAt ?? run.startReceivedAt,
    ...run.files.map((file) => file.startedAt),
    run.exitedAt ?? run.exitReceivedAt,
  ]
    .filter((time) => time !== null)
    .map((time) => Date.parse(time));
  const exit = run.exitedAt ?? run.exitReceivedAt;
  const fromMs = known.length === 0 ? nowMs : Math.min(...known);
  return { fromMs, toMs: exit === null ? nowMs : Math.max(fromMs, Date.parse(exit)) };
}

function blockOf(file: LaneFile, runToMs: number, share: (ms: number) => number): Block[] {
  const { startedAt, finishedAt, durationSeconds } = file;
  if (startedAt === null && finishedAt === null) return [];
  const finishMs = finishedAt === null ? null : Date.parse(finishedAt);
  const startMs = startedAt === null ? (finishMs ?? 0) - (durationSeconds ?? 0) * 1_000 : Date.parse(startedAt);
  // A finish before the start is of the time before: the file plays again.
  const toMs = finishMs !== null && finishMs >= startMs ? finishMs : runToMs;
  return [{ file, from: share(startMs), to: share(Math.max(startMs, toMs)) }];
}
