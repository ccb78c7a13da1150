import type { EndedAlertsQuery } from '../../../api/operations.generated.ts';
import { showDuration } from '../../../format/shown.ts';
import { RowLink, Table } from '../../../parts/lists/table.tsx';
import { Time } from '../../../parts/time.tsx';
import { serverText, t } from '../../../translations/translate.ts';
import { pathOfAlert } from './alert-path.ts';
import { alertWords, kindWords, type Words } from './alert-words.ts';

const words: Words = { t: t as Words['t'], serverText, showDuration };

/** Kinds that are about one event. Their alerts last as long as a rule says, which is not a duration of anything. */
const ofEvents: readonly AlertRow['when'][] = ['PUSH_ENDED', 'RELAY_EXIT', 'RELAY_ALARM'];

type EndedAlert = NonNullable<EndedAlertsQuery['endedAlerts']>[number];
type AlertRow = Omit<EndedAlert, 'endedAt'> & Partial<Pick<EndedAlert, 'endedAt'>>;

/** Alerts, each with its beginning, its duration if it is over, and a link to what it is about. */
export function AlertsTable(props: {
  readonly label: string;
  readonly rows: readonly AlertRow[];
  readonly areOver?: boolean;
}) {
  const { label, rows, areOver = false } = props;
  return (
    <Table
      label={label}
      className="alerts-table"
      columns={[
        { name: areOver ? t('sessions.began') : t('alerts.since'), kind: 'time' },
        areOver ? { name: t('alerts.lasted'), kind: 'number' } : null,
        { name: t('alerts.what'), kind: 'wide-only' },
        { name: t('reports.what'), kind: 'words' },
        { name: t('alerts.rule'), kind: 'wide-only' },
      ]}
    >
      {rows.map(({ id, when, beganAt, endedAt, summary, rule, facts }) => (
        <tr key={`${id} ${endedAt ?? ''}`}>
          <td className="time">
            <Time at={beganAt} />
          </td>
          {endedAt !== undefined && (
            <td className="number">
              {ofEvents.includes(when) ? '–' : showDuration(Date.parse(endedAt) - Date.parse(beganAt))}
            </td>
          )}
          <td className="wide-only">{kindWords(when, words)}</td>
          <td className="words">
            <Summary text={alertWords({ when, facts, summary }, words)} path={pathOfAlert(facts)} />
          </td>
          <td className="quiet wide-only">{rule}</td>
        </tr>
      ))}
    </Table>
  );
}

function Summary({ text, path }: { readonly text: string; readonly path: string | null }) {
  return path === null ? <>{text}</> : <RowLink to={path}>{text}</RowLink>;
}
