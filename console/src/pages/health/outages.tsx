import { showDuration, showNumber } from '../../format/shown.ts';
import { AsCsv } from '../../parts/lists/as-csv.tsx';
import { Answered } from '../../parts/notices.tsx';
import { Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { t } from '../../translations/translate.ts';
import { useOutages, type Day } from './use-verdict.ts';

/** Outages of receiving: the newest twenty. */
export function Outages({ day }: { readonly day: Day }) {
  const answer = useOutages(day);
  return (
    <section className="section" aria-labelledby="outages">
      <div className="list-head">
        <h2 id="outages">{t('outages.title')}</h2>
        <AsCsv list="receivingOutages" from={day.from} to={day.to} />
      </div>
      <Answered answer={answer}>
        {({ receivingOutages }) =>
          (receivingOutages ?? []).length === 0 ? (
            <p>{t('outages.none')}</p>
          ) : (
            <Table
              label={t('outages.title')}
              columns={[
                { name: t('sessions.began'), kind: 'time' },
                { name: t('alerts.lasted'), kind: 'number' },
                { name: t('sessions.cause'), kind: 'words' },
                { name: t('outages.refused'), kind: 'number' },
              ]}
            >
              {receivingOutages?.map(({ node, cause, refused, ...span }) => (
                <tr key={`${node} ${span.from} ${cause}`}>
                  <td className="time">
                    <Time at={span.from} />
                  </td>
                  <td className="number">{showDuration(Date.parse(span.to) - Date.parse(span.from))}</td>
                  <td className="words">
                    {t(`outages.cause.${cause}`)}{' '}
                    {node !== null && <span className="quiet">{t('outages.node', { node })}</span>}
                  </td>
                  <td className="number">{refused === null ? '–' : showNumber(refused)}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answered>
    </section>
  );
}
