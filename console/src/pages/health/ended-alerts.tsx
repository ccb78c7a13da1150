import { useAsk } from '../../api/hooks.ts';
import { EndedAlertsDocument } from '../../api/operations.generated.ts';
import { showNumber } from '../../format/shown.ts';
import { ListHead } from '../../parts/list-head.tsx';
import { Answered } from '../../parts/notices.tsx';
import { t } from '../../translations/translate.ts';
import { AlertsTable } from './alerts-table.tsx';

/** Milliseconds after which it is asked again: what ends leaves the list above within seconds. */
const refreshMs = 10_000;

/** Alerts in one answer: the number is in the query. */
const shownMax = 100;

/** Alerts in the CSV file: what one answer of the API may have, and what `alerts.more` says. */
const savedMax = 500;

/** What went off and is over: the alerts that ended in a time, the last one first. */
export function EndedAlerts({ from, to }: { readonly from: string; readonly to: string }) {
  const answer = useAsk(EndedAlertsDocument, { from, to }, { refreshMs, keep: true });
  return (
    <section className="section" aria-labelledby="ended-alerts">
      <ListHead
        id="ended-alerts"
        title={t('alerts.endedTitle')}
        list="endedAlerts"
        first={savedMax}
        {...{ from, to }}
      />
      <Answered answer={answer}>
        {({ endedAlerts }) => {
          const rows = endedAlerts ?? [];
          if (rows.length === 0) return <p>{t('alerts.noneEnded')}</p>;
          return (
            <>
              <AlertsTable label={t('alerts.endedTitle')} rows={rows} areOver />
              {rows.length === shownMax && <p className="quiet">{t('alerts.more', { n: showNumber(shownMax) })}</p>}
            </>
          );
        }}
      </Answered>
    </section>
  );
}
