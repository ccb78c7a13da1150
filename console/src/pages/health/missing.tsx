import type { MissingQuery } from '../../api/operations.generated.ts';
import { useOrder, useScopeFilter } from '../../api/use-param.ts';
import { eventName } from '../../parts/event-name.ts';
import { ListHead, Paged } from '../../parts/lists/paged.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { sessionPath, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { useMissing, type Day } from './use-verdict.ts';

const orders = { EXPECTED_AT: 'DESC' } as const;

type MissingRow = NonNullable<MissingQuery['missingCallbacks']>['nodes'][number];

/** Callbacks that should have come since a moment and did not, with what shows that. */
export function Missing({ day }: { readonly day: Day }) {
  const filter = useScopeFilter();
  const order = useOrder(orders, 'EXPECTED_AT', 'missingOrder');
  const missing = useMissing(day, order.by.direction);
  return (
    <section className="section" aria-labelledby="missing">
      <ListHead
        id="missing"
        title={t('missing.title')}
        list="missingCallbacks"
        filter={filter}
        orderBy={order.by}
        from={day.openedFrom}
        to={day.to}
      />
      <p className="quiet">{t('missing.explain')}</p>
      <Paged pages={missing} order={order} none={<p>{t('missing.none')}</p>}>
        <Table
          label={t('missing.title')}
          order={order}
          columns={[
            { name: t('session.stream') },
            { name: t('missing.what') },
            { name: t('missing.because'), kind: 'words' },
            { name: t('missing.until'), kind: 'wide-only time', by: 'EXPECTED_AT' },
          ]}
        >
          {missing.rows.map((row, index) => (
            <Row key={index} row={row} />
          ))}
        </Table>
      </Paged>
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
