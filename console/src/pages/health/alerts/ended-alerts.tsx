import { EndedAlertsDocument } from '../../../api/operations.generated.ts';
import { usePages } from '../../../api/use-pages.ts';
import { ListHead, Paged } from '../../../parts/lists/paged.tsx';
import { t } from '../../../translations/translate.ts';
import { alertsMax, eachAlertOnce, pageOfAlerts } from './ended-pages.ts';
import { GroupedAlerts } from './grouped-alerts.tsx';
import type { Day } from '../use-verdict.ts';

/** Milliseconds between two queries: an alert that ends leaves the list above within seconds. */
const refreshMs = 10_000;

/** The alerts that ended since a moment, the latest end first. */
export function EndedAlerts({ day: { openedFrom: from, to } }: { readonly day: Day }) {
  const ended = usePages(
    EndedAlertsDocument,
    { from },
    ({ endedAlerts }) => pageOfAlerts(endedAlerts ?? []),
    refreshMs,
  );
  const rows = eachAlertOnce(ended.rows);
  return (
    <section className="section" aria-labelledby="ended-alerts">
      <ListHead
        id="ended-alerts"
        title={t('alerts.endedTitle')}
        list="endedAlerts"
        first={alertsMax}
        from={from}
        to={to}
      />
      <Paged pages={ended} none={<p>{t('alerts.noneEnded')}</p>}>
        <GroupedAlerts label={t('alerts.endedTitle')} rows={rows} areOver />
        {(ended.more !== null || rows.length > alertsMax) && <p className="quiet">{t('alerts.more')}</p>}
      </Paged>
    </section>
  );
}
