import type { MissingQuery } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { eventName } from '../../parts/event-name.ts';
import { ListHead } from '../../parts/list-head.tsx';
import { More } from '../../parts/more.tsx';
import { Failure, Loading } from '../../parts/notices.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { sessionPath, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { useMissing, type Day } from './use-verdict.ts';

type MissingRow = NonNullable<MissingQuery['missingCallbacks']>['nodes'][number];

/** Callbacks that should have come since a moment and did not, with what shows that. */
export function Missing({ day }: { readonly day: Day }) {
  const filter = useScopeFilter();
  const missing = useMissing(day);
  return (
    <section className="section" aria-labelledby="missing">
      <ListHead
        id="missing"
        title={t('missing.title')}
        list="missingCallbacks"
        filter={filter}
        from={day.openedFrom}
        to={day.to}
      />
      <p className="quiet">{t('missing.explain')}</p>
      {missing.isLoading && <Loading />}
      {missing.error !== null && <Failure error={missing.error} retry={missing.refetch} />}
      {!missing.isLoading && missing.error === null && missing.rows.length === 0 && <p>{t('missing.none')}</p>}
      {missing.rows.length > 0 && (
        <Table
          label={t('missing.title')}
          columns={[
            { name: t('session.stream') },
            { name: t('missing.what') },
            { name: t('missing.because'), kind: 'words' },
            { name: t('missing.until'), kind: 'wide-only time' },
          ]}
        >
          {missing.rows.map((row, index) => (
            <Row key={index} row={row} />
          ))}
        </Table>
      )}
      <More more={missing.more} isLoading={missing.isLoadingMore} />
    </section>
  );
}

function Row({ row }: { readonly row: MissingRow }) {
  const { reason, sureness, eventType, callbackEvent, expectedTo } = row;
  return (
    <tr>
      <td>
        <Owner row={row} />
      </td>
      <td>{eventType === null ? t('missing.any') : eventName(eventType, callbackEvent)}</td>
      <td className="words">
        {t(`missing.reason.${reason}`)} <span className="quiet">{t(`missing.sureness.${sureness}`)}</span>
      </td>
      <td className="wide-only time">
        <Time at={expectedTo} />
      </td>
    </tr>
  );
}

function Owner({ row: { streamSession, relayTask, streamId, domain } }: { readonly row: MissingRow }) {
  const name = streamId ?? domain ?? t('unknown');
  if (relayTask !== null) return <RowLink to={taskPath(relayTask)}>{name}</RowLink>;
  return streamSession === null ? <>{name}</> : <RowLink to={sessionPath(streamSession)}>{name}</RowLink>;
}
