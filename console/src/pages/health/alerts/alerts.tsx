import { useIsOperator } from '../../../api/use-role.ts';
import { Answered } from '../../../parts/notices.tsx';
import { t } from '../../../translations/translate.ts';
import { EndedAlerts } from './ended-alerts.tsx';
import { GroupedAlerts } from './grouped-alerts.tsx';
import { useOpenAlerts, type Day } from '../use-verdict.ts';

/** What alerts whoever is on call: open alerts, and below them those that ended in a time range. */
export function Alerts({ day }: { readonly day: Day }) {
  const isOperator = useIsOperator();
  return (
    <>
      <section className="section" aria-labelledby="alerts">
        <h2 id="alerts">{t('alerts.title')}</h2>
        {isOperator === false ? <p className="quiet">{t('alerts.forOperators')}</p> : <OpenAlerts />}
      </section>
      {isOperator === true && <EndedAlerts day={day} />}
    </>
  );
}

function OpenAlerts() {
  const answer = useOpenAlerts();
  return (
    <Answered answer={answer}>
      {({ alerts }) =>
        (alerts ?? []).length === 0 ? (
          <p>
            {t('alerts.none')} <span className="quiet">{t('alerts.rules')}</span>
          </p>
        ) : (
          <GroupedAlerts
            label={t('alerts.title')}
            rows={[...(alerts ?? [])].sort((a, b) => Date.parse(b.beganAt) - Date.parse(a.beganAt))}
          />
        )
      }
    </Answered>
  );
}
