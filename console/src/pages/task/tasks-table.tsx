import type { TaskRowFragment } from '../../api/operations.generated.ts';
import { TaskMark } from '../../parts/marks.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { Time } from '../../parts/time.tsx';
import { taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';

/** Relay tasks, one a row. */
export function TasksTable({ rows }: { readonly rows: readonly TaskRowFragment[] }) {
  return (
    <div className="table-scroll">
      <table className="tasks-table">
        <thead>
          <tr>
            <th>{t('task.taskId')}</th>
            <th>{t('sessions.state')}</th>
            <th>{t('task.pushesTo')}</th>
            <th>{t('sessions.began')}</th>
            <th>{t('task.lastExit')}</th>
            <th className="number">{t('task.code')}</th>
            <th>{t('task.message')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((task) => (
            <tr key={task.id}>
              <td>
                <RowLink to={taskPath(task)}>{task.taskId}</RowLink>
              </td>
              <td>
                <TaskMark state={task.state} exitCode={task.exitCode} />
              </td>
              <td>{task.streamId}</td>
              <td>
                <Time at={task.startedAt ?? task.startReceivedAt} />
              </td>
              <td>{task.exitReceivedAt === null ? '–' : <Time at={task.exitedAt ?? task.exitReceivedAt} />}</td>
              <td className="number">{task.exitCode ?? task.exitCodeText ?? '–'}</td>
              <td className="quiet">{task.exitMessage}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
