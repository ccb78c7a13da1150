import type {
  CallbackFigures,
  CallbackStatisticsQuestion,
  RelayTaskFigures,
  RelayTaskStatisticsQuestion,
} from '../../src/analysis/statistics/happenings.ts';
import { pageOf } from './list-requests.ts';
import { matches } from './list-oracle.ts';
import type { TestReadModel } from './read-model.ts';
import { runsOf } from './runs-of.ts';

/** Counts callbacks and relay tasks by definition: it examines every row again for each group. */

type Rows<Figures> = readonly { readonly group: readonly unknown[]; readonly figures: Figures }[];

function grouped<One extends { readonly group: readonly unknown[] }, Figures>(
  all: readonly One[],
  dimensions: readonly string[],
  figuresOf: (ones: readonly One[]) => Figures,
): { readonly rows: Rows<Figures>; readonly total: Figures } {
  const names = [...new Set(all.map(({ group }) => JSON.stringify(group)))].sort();
  if (dimensions.length === 0 && names.length === 0) names.push('[]');
  const rows = names.map((name) => ({
    group: JSON.parse(name) as unknown[],
    figures: figuresOf(all.filter(({ group }) => JSON.stringify(group) === name)),
  }));
  return { rows, total: figuresOf(all) };
}

const callbackField = {
  EVENT_TYPE: 'eventType',
  CALLBACK_EVENT: 'callbackEvent',
  APP_ID: 'appId',
  DOMAIN: 'domain',
  STREAM_ID: 'streamId',
  TASK_ID: 'taskId',
  SIGNATURE: 'signature',
} as const;

/** Statistics from the list of callbacks. */
export function expectedCallbackStatistics(
  readModel: TestReadModel,
  { condition, window, dimensions }: CallbackStatisticsQuestion,
): { readonly rows: Rows<CallbackFigures>; readonly total: CallbackFigures } {
  const all = readModel
    .read((reader) => reader.callbacks(pageOf('RECORDED')))
    .rows.map(({ row }) => row)
    .filter(({ receivedAtMs }) => receivedAtMs >= window.fromMs && receivedAtMs < window.toMs)
    .filter((row) =>
      matches(
        {
          eventType: row.eventType,
          callbackEvent: row.callbackEvent,
          signature: row.signature,
          appId: row.appId,
          streamId: row.streamId,
          domain: row.domain,
          taskId: row.taskId,
          occurredAt: row.occurredAtMs,
          receivedAt: row.receivedAtMs,
          sessionId: row.sessionId,
          taskRow: row.taskRow,
          relayTask: row.eventType === 314 ? row.taskRow : undefined,
        },
        condition,
      ),
    )
    .map((row) => {
      const { deliveries, occurredAtMs, receivedAtMs, recordedAtMs } = row;
      const group = dimensions.map((dimension) => row[callbackField[dimension]]);
      return { deliveries, occurredAtMs, receivedAtMs, recordedAtMs, group };
    });
  return grouped(all, dimensions, (rows) => {
    const delays = rows.flatMap(({ occurredAtMs, receivedAtMs }) =>
      occurredAtMs === null ? [] : [receivedAtMs - occurredAtMs],
    );
    const rank = (part: number) =>
      delays
        .filter((one) => delays.filter((other) => other <= one).length >= part * delays.length)
        .reduce<number | null>((least, one) => (least === null || one < least ? one : least), null);
    return {
      callbacks: rows.length,
      deliveries: rows.reduce((sum, { deliveries }) => sum + deliveries, 0),
      timed: delays.length,
      delayMsP50: rank(0.5),
      delayMsP95: rank(0.95),
      delayMsP99: rank(0.99),
      delayMsLeast: rank(0),
      recordingMsMost: rows.reduce<number | null>(
        (most, { recordedAtMs, receivedAtMs }) => Math.max(most ?? -Infinity, recordedAtMs - receivedAtMs),
        null,
      ),
    };
  });
}

/** Statistics from all tasks with their runs, and the list of callbacks. The only condition on tasks here is their id. */
export function expectedRelayStatistics(
  readModel: TestReadModel,
  { window, dimensions }: Pick<RelayTaskStatisticsQuestion, 'window' | 'dimensions'>,
  isAsked: (taskId: string) => boolean,
): { readonly rows: Rows<RelayTaskFigures>; readonly total: RelayTaskFigures } {
  const happened = readModel.read((reader) => {
    const callbacks = reader.callbacks(pageOf('RECORDED')).rows.map(({ row }) => row);
    return reader.relayTasks(pageOf('STARTED_AT')).rows.flatMap(({ row: { id, appId, taskId } }) => {
      if (!isAsked(taskId)) return [];
      const groupOf = (exitCode: number | null) =>
        dimensions.map((one) => (one === 'APP_ID' ? appId : one === 'TASK_ID' ? taskId : exitCode));
      const runs = runsOf(reader, id, 500);
      return [
        ...runs.map(({ startedAtMs, startReceivedAtMs, opened, exit }) => ({
          kind: 'runs',
          atMs: startedAtMs ?? startReceivedAtMs ?? opened.occurredAtMs ?? opened.receivedAtMs,
          group: groupOf(exit?.code ?? null),
        })),
        ...runs.flatMap(({ exit }) =>
          exit === null
            ? []
            : [{ kind: 'exits', atMs: exit.exitedAtMs ?? exit.receivedAtMs, group: groupOf(exit.code) }],
        ),
        ...callbacks
          .filter(({ taskRow }) => taskRow === id)
          .map(({ callbackEvent, occurredAtMs, receivedAtMs }) => ({
            kind: String(callbackEvent),
            atMs: occurredAtMs ?? receivedAtMs,
            group: groupOf(null),
          })),
      ];
    });
  });
  const kinds = ['runs', 'exits', 'VodSourceFileStart', 'VodSourceFileFinish', 'TaskAlarm'];
  const within = happened.filter(
    ({ kind, atMs }) => kinds.includes(kind) && atMs >= window.fromMs && atMs < window.toMs,
  );
  return grouped(within, dimensions, (ones) => {
    const [runs = 0, exits = 0, filesStarted = 0, filesPlayed = 0, alarms = 0] = kinds.map(
      (kind) => ones.filter((one) => one.kind === kind).length,
    );
    return { runs, exits, filesStarted, filesPlayed, alarms };
  });
}

/** All-time counts by exit code, with files and alarms as the runs show them. */
export function expectedActivityByExitCode(readModel: TestReadModel): ReadonlyMap<number | null, RelayTaskFigures> {
  const byCode = new Map<number | null, { -readonly [Name in keyof RelayTaskFigures]: number }>();
  readModel.read((reader) => {
    for (const { row: task } of reader.relayTasks(pageOf('STARTED_AT')).rows) {
      for (const run of runsOf(reader, task.id, 500)) {
        const code = run.exit?.code ?? null;
        const sums = byCode.get(code) ?? { runs: 0, exits: 0, filesStarted: 0, filesPlayed: 0, alarms: 0 };
        byCode.set(code, sums);
        sums.runs += 1;
        if (run.exit !== null) sums.exits += 1;
        for (const { starts, finishes } of reader.relay.files(task.id, run, 500)) {
          sums.filesStarted += starts;
          sums.filesPlayed += finishes;
        }
        for (const { times } of reader.relay.alarmsOfRun(task.id, run, 500)) sums.alarms += times;
      }
    }
  });
  return byCode;
}
