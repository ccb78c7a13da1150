import type { TaskRowFragment } from '../../api/operations.generated.ts';
import type { Order } from '../../api/use-param.ts';
import { TaskMark } from '../../parts/marks.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { withoutCredentials } from '../../parts/without-credentials.ts';
import { Name } from '../../parts/name.tsx';
import { taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { fileName } from './file-name.ts';
import type { TaskField } from './use-tasks.ts';

/** The exit of a task that is running again belongs to an earlier run, so it is grey. */
const ofExit = ({ state }: TaskRowFragment) => (state === 'RUNNING' ? 'quiet' : '');

/** Relay tasks, one per row. */
export function TasksTable(props: { readonly rows: readonly TaskRowFragment[]; readonly order: Order<TaskField> }) {
  const { rows, order } = props;
  return (
    <Table
      label={t('search.tasks')}
      className="tasks-table"
      order={order}
      columns={[
        { name: t('task.taskId') },
        { name: t('sessions.state') },
        { name: t('task.pushesTo') },
        { name: t('task.playing'), kind: 'wide-only' },
        { name: t('sessions.began'), kind: 'time', by: 'STARTED_AT' },
        { name: t('task.lastExit'), kind: 'wide-only time', by: 'EXITED_AT' },
        { name: t('task.code'), kind: 'wide-only number' },
        { name: t('task.message'), kind: 'wide-only' },
      ]}
    >
      {rows.map((task) => (
        <tr key={task.id}>
          <td>
            <RowLink to={taskPath(task)}>
              <Name>{task.taskId}</Name>
            </RowLink>
          </td>
          <td>
            <TaskMark {...task} />
          </td>
          <td>
            <Name>{task.streamId}</Name>
          </td>
          <td className="wide-only">
            {task.currentFile === null ? '–' : <Name>{fileName(task.currentFile.index, task.currentFile.url)}</Name>}
          </td>
          <td className="time">
            <Time at={task.startedAt ?? task.startReceivedAt} />
          </td>
          <td className={`wide-only time ${ofExit(task)}`}>
            {task.exitReceivedAt === null ? '–' : <Time at={task.exitedAt ?? task.exitReceivedAt} />}
          </td>
          <td className={`wide-only number ${ofExit(task)}`}>{task.exitCode ?? task.exitCodeText ?? '–'}</td>
          <td className="wide-only quiet">
            {task.state === 'RUNNING' && task.exitReceivedAt !== null && `${t('task.earlierRun')} `}
            {task.exitMessage && withoutCredentials(task.exitMessage)}
          </td>
        </tr>
      ))}
    </Table>
  );
}
