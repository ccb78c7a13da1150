import { useAsk } from '../../api/hooks.ts';
import { AlertsDocument } from '../../api/operations.generated.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { Answered } from '../../parts/notices.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { t } from '../../translations/translate.ts';
import { pathOfAlert } from './alert-path.ts';

/** Milliseconds after which it is asked again: rules are evaluated each second. */
const refreshMs = 5_000;

/** Alerts that have begun and not ended: what pages whoever is on call. The newest comes first. */
export function Alerts() {
  const isOperator = useIsOperator();
  const answer = useAsk(AlertsDocument, {}, { enabled: isOperator === true, refreshMs, keep: true });
  return (
    <section className="section" aria-labelledby="alerts">
      <h2 id="alerts">{t('alerts.title')}</h2>
      {isOperator === false ? (
        <p className="quiet">{t('alerts.forOperators')}</p>
      ) : (
        <Answered answer={answer}>
          {({ alerts }) =>
            (alerts ?? []).length === 0 ? (
              <p>
                {t('alerts.none')} <span className="quiet">{t('alerts.rules')}</span>
              </p>
            ) : (
              <Table
                label={t('alerts.title')}
                columns={[
                  { name: t('alerts.since') },
                  { name: t('alerts.what') },
                  { name: t('alerts.summary'), kind: 'words' },
                  { name: t('alerts.rule'), kind: 'wide-only' },
                ]}
              >
                {[...(alerts ?? [])]
                  .sort((a, b) => Date.parse(b.beganAt) - Date.parse(a.beganAt))
                  .map(({ id, when, beganAt, summary, rule, facts }) => (
                    <tr key={id}>
                      <td>
                        <Time at={beganAt} />
                      </td>
                      <td>{t(`alerts.kind.${when}`)}</td>
                      <td className="words">
                        <Summary text={summary} path={pathOfAlert(facts)} />
                      </td>
                      <td className="quiet wide-only">{rule}</td>
                    </tr>
                  ))}
              </Table>
            )
          }
        </Answered>
      )}
    </section>
  );
}

function Summary({ text, path }: { readonly text: string; readonly path: string | null }) {
  return path === null ? <>{text}</> : <RowLink to={path}>{text}</RowLink>;
}
