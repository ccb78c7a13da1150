import type { SessionRowFragment, StreamSessionOrderField } from '../../api/operations.generated.ts';
import type { Order } from '../../api/use-param.ts';
import { showDuration } from '../../format/shown.ts';
import { Name, Target } from '../name.tsx';
import { sessionPath } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';
import { SessionMark, SideMark } from '../marks.tsx';
import { RowLink, Table } from './table.tsx';
import { Elapsed, Time } from '../time.tsx';

/** The columns by which sessions can be ordered. */
export type SessionField = Exclude<StreamSessionOrderField, 'LAST_CHANGED'>;

/** Sessions, one per row, each with why it ended. Leaves out the stream if they all belong to one. */
export function SessionsTable(props: {
  readonly rows: readonly SessionRowFragment[];
  readonly order?: Order<SessionField>;
  readonly ofOneStream?: boolean;
}) {
  const { rows, order, ofOneStream = false } = props;
  return (
    <Table
      label={t('stream.sessions')}
      className={ofOneStream ? 'sessions-table of-one-stream' : 'sessions-table'}
      order={order}
      columns={[
        ofOneStream ? { name: t('sessions.began'), kind: 'time', by: 'STARTED_AT' } : { name: t('session.stream') },
        { name: t('sessions.state'), kind: 'wide-only' },
        ofOneStream ? null : { name: t('session.target'), kind: 'wide-only' },
        ofOneStream ? null : { name: t('sessions.began'), kind: 'time', by: 'STARTED_AT' },
        { name: t('session.duration'), kind: 'number', by: 'PUSH_DURATION' },
        { name: t('sessions.ended'), kind: ofOneStream ? 'time' : 'wide-only time', by: 'ENDED_AT' },
        { name: t('sessions.cause') },
      ]}
    >
      {rows.map((row) => (
        <SessionLine key={row.id} row={row} ofOneStream={ofOneStream} />
      ))}
    </Table>
  );
}

function SessionLine({ row, ofOneStream }: { readonly row: SessionRowFragment; readonly ofOneStream: boolean }) {
  const { state, startedAt, endedAt, endCause } = row;
  return (
    <tr>
      <td className={ofOneStream ? 'time' : undefined}>
        <RowLink to={sessionPath(row)}>
          {ofOneStream ? <Time at={startedAt} /> : <Name>{row.streamId ?? row.sequence}</Name>}
        </RowLink>
      </td>
      <td className="wide-only">
        <SessionMark state={state} side={endCause?.side} />
      </td>
      {!ofOneStream && (
        <td className="quiet wide-only">
          <Target {...row} />
        </td>
      )}
      {!ofOneStream && (
        <td className="time">
          <Time at={startedAt} />
        </td>
      )}
      <td className="number">
        <Duration row={row} />
      </td>
      <td className={ofOneStream ? 'time' : 'wide-only time'}>{endedAt ? <Time at={endedAt} /> : '–'}</td>
      <td>
        {endCause === null && (
          <span className="narrow-only">
            <SessionMark state={state} />
          </span>
        )}
        <Cause row={row} />
      </td>
    </tr>
  );
}

/** What ended a push, and why in words. */
export function Cause({ row: { endCause, endCode } }: { readonly row: SessionRowFragment }) {
  return (
    endCause && (
      <span className="cause" title={serverText(endCause.summary)}>
        <SideMark side={endCause.side} />
        <span className="quiet wide-only">
          {serverText(endCause.summary)}{' '}
          {endCause.sureness !== 'CERTAIN' && `(${t(`sureness.word.${endCause.sureness}`)}) `}
          {endCode !== null && t('session.code', { code: endCode })}
        </span>
      </span>
    )
  );
}

function Duration({ row: { state, startedAt, pushDurationMs } }: { readonly row: SessionRowFragment }) {
  if (pushDurationMs !== null) return <>{showDuration(pushDurationMs)}</>;
  return state === 'LIVE' ? <Elapsed since={startedAt} /> : <>–</>;
}
