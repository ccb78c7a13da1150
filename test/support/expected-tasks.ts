import { pageOf } from './list-requests.ts';
import type { TestReadModel } from './read-model.ts';
import { runsOf } from './runs-of.ts';

/** Everything readers see of relay tasks, by task id, without row ids and positions of changes. */
export function shownTasks(readModel: TestReadModel) {
  return readModel.read((reader) => {
    const tasks = reader.relayTasks(pageOf('STARTED_AT')).rows.map(({ row }) => {
      const { id, taskId, appId, state, facts, newestRun, newestExit, firstOccurredAtMs, firstReceivedAtMs } = row;
      const { lastBoundaryAtMs, lastActivityAtMs, lastUntimedAtMs } = row;
      const shown = { taskId, appId, state, facts, newestRun, newestExit, firstOccurredAtMs, firstReceivedAtMs };
      const last = { lastBoundaryAtMs, lastActivityAtMs, lastUntimedAtMs };
      const runs = runsOf(reader, id, 500).map((run) => ({
        ...run,
        files: reader.relay.files(id, run, 500),
        alarms: reader.relay.alarmsOfRun(id, run, 500),
        playing: reader.relay.playingFile(id, run),
      }));
      return { ...shown, ...last, runs, alarms: reader.relay.alarms(id, 500) };
    });
    return tasks.sort((one, other) => (one.taskId < other.taskId ? -1 : 1));
  });
}

/** The task and the attribution of each relay callback, by identity. */
export function shownAttributions(readModel: TestReadModel) {
  return readModel.db
    .prepare<[], { identity: Buffer; task: string | null; attribution: string | null }>(
      `SELECT identity, task_id AS task, attribution FROM callbacks
       LEFT JOIN relay_tasks ON relay_tasks.id = task_row WHERE relay_kind IS NOT NULL ORDER BY identity`,
    )
    .all()
    .map(({ identity, ...shown }) => ({ identity: identity.toString('hex'), ...shown }));
}
