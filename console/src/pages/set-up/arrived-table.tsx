import type { ArrivedCallbackFragment } from '../../api/operations.generated.ts';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { sessionPath, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { nameOf } from './arrivals.ts';

/** Callbacks as they arrived, each with a link to what it belongs to. */
export function ArrivedTable({ callbacks }: { readonly callbacks: readonly ArrivedCallbackFragment[] }) {
  return (
    <Table
      label={t('setUp.arrivals')}
      columns={[
        { name: t('setUp.received'), kind: 'time' },
        { name: t('setUp.callback') },
        { name: t('setUp.stream') },
        { name: t('setUp.proof') },
      ]}
    >
      {callbacks.map((callback) => (
        <tr key={callback.id}>
          <td className="time">
            <Time at={callback.receivedAt} />
          </td>
          <td>{nameOf(callback)}</td>
          <td>
            <Belongs callback={callback} />
          </td>
          <td>{t(`setUp.signature.${callback.signature}`)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Belongs({ callback: { streamSession, relayTask, streamId } }: { readonly callback: ArrivedCallbackFragment }) {
  if (streamSession !== null)
    return <RowLink to={sessionPath(streamSession)}>{streamId ?? streamSession.sequence}</RowLink>;
  if (relayTask !== null) return <RowLink to={taskPath(relayTask)}>{streamId ?? relayTask.taskId}</RowLink>;
  return <>{streamId ?? ''}</>;
}
