import { useRefreshOn } from '../../api/hooks.ts';
import { IncidentsChangedDocument, IncidentsDocument } from '../../api/operations.generated.ts';
import { usePages } from '../../api/use-pages.ts';
import { useOrder, useScope } from '../../api/use-param.ts';
import { showNumber } from '../../format/shown.ts';
import { IncidentMark, SideMark } from '../../parts/marks.tsx';
import { OnlyScope } from '../../parts/notices.tsx';
import { ListHead, Paged } from '../../parts/lists/paged.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { incidentPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { ofScope } from './incident-scope.ts';
import { incidentSentence } from './incident-words.ts';

const orders = { STARTED_AT: 'DESC', AFFECTED: 'DESC' } as const;

/** All incidents, usually the newest first. */
export function Incidents() {
  const filter = ofScope(useScope());
  const order = useOrder(orders, 'STARTED_AT');
  const pages = usePages(IncidentsDocument, { filter, orderBy: order.by }, ({ incidents }) => incidents);
  useRefreshOn(IncidentsChangedDocument, {}, pages.refetch);
  return (
    <div className="stack">
      <header className="section">
        <h1>{t('incident.title')}</h1>
        <p className="quiet">{t('incident.explain')}</p>
      </header>
      <section className="section">
        <ListHead title={t('incident.list')} list="incidents" filter={filter} orderBy={order.by} />
        <Paged
          pages={pages}
          order={order}
          none={
            <>
              <p>{t('incident.noneEver')}</p>
              <OnlyScope />
            </>
          }
        >
          <Table
            label={t('incident.list')}
            order={order}
            columns={[
              { name: t('sessions.began'), kind: 'time', by: 'STARTED_AT' },
              { name: t('sessions.state') },
              { name: t('endings.side'), kind: 'wide-only' },
              { name: t('incident.what'), kind: 'words' },
              { name: t('incident.affected'), kind: 'wide-only number', by: 'AFFECTED' },
            ]}
          >
            {pages.rows.map((incident) => (
              <tr key={incident.id}>
                <td className="time">
                  <Time at={incident.startedAt} />
                </td>
                <td>
                  <IncidentMark state={incident.state} />
                </td>
                <td className="wide-only">
                  <SideMark side={incident.side} />
                </td>
                <td className="words">
                  <RowLink to={incidentPath(incident)}>{incidentSentence(incident, null)}</RowLink>
                </td>
                <td className="wide-only number">{showNumber(incident.affected)}</td>
              </tr>
            ))}
          </Table>
        </Paged>
      </section>
    </div>
  );
}
