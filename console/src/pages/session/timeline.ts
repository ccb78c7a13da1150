/** What happened around a session, in the order of time. */
export type TimelineEntry =
  | { readonly kind: 'began' | 'ended'; readonly at: string }
  | { readonly kind: 'neighbour-began' | 'neighbour-ended'; readonly at: string; readonly neighbour: NeighbourPush }
  | { readonly kind: 'run-began' | 'run-exited'; readonly at: string; readonly task: FeedingTask; readonly run: Run }
  | {
      readonly kind: 'file-began' | 'file-finished';
      readonly at: string;
      readonly task: FeedingTask;
      readonly file: File;
    }
  | { readonly kind: 'alarm'; readonly at: string; readonly task: FeedingTask; readonly alarm: Alarm }
  | { readonly kind: 'callback'; readonly at: string; readonly callback: OtherCallback };

export interface NeighbourPush {
  readonly id: string;
  readonly appId: string;
  readonly sequence: string;
  readonly startedAt?: string | null;
  readonly endedAt?: string | null;
  readonly endCause?: { readonly summary: string } | null;
}
interface File {
  readonly index?: number | null;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly times: number;
}
interface Alarm {
  readonly type: string;
  readonly lastAt: string;
  readonly times: number;
}
interface Run {
  readonly number: number;
  readonly startedAt?: string | null;
  readonly startReceivedAt?: string | null;
  readonly exitedAt?: string | null;
  readonly exitReceivedAt?: string | null;
  readonly exitCode?: number | null;
  readonly exitCodeText?: string | null;
  readonly exitMessage?: string | null;
  readonly files: readonly File[];
  readonly alarms: readonly Alarm[];
}
export interface FeedingTask {
  readonly taskId: string;
  readonly appId: string;
  readonly runs: readonly Run[];
}
interface OtherCallback {
  readonly id: string;
  readonly eventType?: number | null;
  readonly callbackEvent?: string | null;
  readonly occurredAt?: string | null;
  readonly receivedAt: string;
  readonly body?: unknown;
}

/** Milliseconds around a session that belong to its timeline: what led to it, and what came of it. */
const aroundMs = 120_000;

export interface TimelineParts {
  readonly session: { readonly startedAt?: string | null; readonly endedAt?: string | null };
  readonly tasks: readonly FeedingTask[];
  readonly neighbours: readonly NeighbourPush[];
  readonly callbacks: readonly OtherCallback[];
}

/** Everything with a time, the newest first. Of relays and other callbacks only what lies around the session. */
export function timelineOf({ session, tasks, neighbours, callbacks }: TimelineParts): readonly TimelineEntry[] {
  const around = spanAround(session);
  const entries: TimelineEntry[] = [
    ...at(session.startedAt, (time) => ({ kind: 'began', at: time })),
    ...at(session.endedAt, (time) => ({ kind: 'ended', at: time })),
    ...neighbours.flatMap((neighbour): TimelineEntry[] => [
      ...at(neighbour.startedAt, (time) => ({ kind: 'neighbour-began', at: time, neighbour })),
      ...at(neighbour.endedAt, (time) => ({ kind: 'neighbour-ended', at: time, neighbour })),
    ]),
    ...[
      ...tasks.flatMap((task) => task.runs.flatMap((run) => entriesOfRun(task, run))),
      ...callbacks.map((callback): TimelineEntry => ({
        kind: 'callback',
        at: callback.occurredAt ?? callback.receivedAt,
        callback,
      })),
    ].filter((entry) => around(entry.at)),
  ];
  return entries.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function at(time: string | null | undefined, entry: (time: string) => TimelineEntry): TimelineEntry[] {
  return time ? [entry(time)] : [];
}

function spanAround({ startedAt, endedAt }: TimelineParts['session']): (time: string) => boolean {
  const from = startedAt ? Date.parse(startedAt) - aroundMs : -Infinity;
  const to = endedAt ? Date.parse(endedAt) + aroundMs : Infinity;
  return (time) => Date.parse(time) >= from && Date.parse(time) <= to;
}

function entriesOfRun(task: FeedingTask, run: Run): TimelineEntry[] {
  return [
    ...at(run.startedAt ?? run.startReceivedAt, (time) => ({ kind: 'run-began', at: time, task, run })),
    ...at(run.exitedAt ?? run.exitReceivedAt, (time) => ({ kind: 'run-exited', at: time, task, run })),
    ...run.files.flatMap((file): TimelineEntry[] => [
      ...at(file.startedAt, (time) => ({ kind: 'file-began', at: time, task, file })),
      ...at(file.finishedAt, (time) => ({ kind: 'file-finished', at: time, task, file })),
    ]),
    ...run.alarms.map((alarm): TimelineEntry => ({ kind: 'alarm', at: alarm.lastAt, task, alarm })),
  ];
}
