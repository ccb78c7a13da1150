import { useAsk } from '../../api/hooks.ts';
import { IncidentChartDocument } from '../../api/operations.generated.ts';
import { showClock, showDate, showNumber } from '../../format/shown.ts';
import { MinuteChart } from '../../parts/minute-chart/minute-chart.tsx';
import { Missed } from '../../parts/notices.tsx';
import { Table } from '../../parts/lists/table.tsx';
import { useNow } from '../../parts/use-now.ts';
import { t } from '../../translations/translate.ts';
import { markOf, type FoundIncident } from './incident-words.ts';
import { minutesOf } from './timeline.ts';

const minuteMs = 60_000;

/** Milliseconds shown before an incident began and after it was over: what was usual. */
const aroundMs = 30 * minuteMs;

/** Steps of the chart at most. */
const stepsMax = 240;

/** How many streams of what an incident has in common were live around it, and its minutes. */
export function IncidentChart(props: { readonly incident: FoundIncident; readonly ends: readonly (string | null)[] }) {
  const { incident, ends } = props;
  const { startedAt, overSince, appId, domain, path } = incident;
  const nowMs = Math.ceil(useNow() / minuteMs) * minuteMs;
  const fromMs = Math.floor(Date.parse(startedAt) / minuteMs) * minuteMs - aroundMs;
  const toMs = overSince === null ? nowMs : Math.min(nowMs, Date.parse(overSince) + aroundMs);
  const stepSeconds = Math.ceil((toMs - fromMs) / stepsMax / minuteMs) * 60;
  const filter = {
    ...(appId !== null && { appId: { eq: appId } }),
    ...(domain !== null && { domain: { eq: domain } }),
    ...(path !== null && { path: { eq: path } }),
  };
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const { data, error, refetch } = useAsk(IncidentChartDocument, { filter, from, to, stepSeconds }, { keep: true });
  const label = t('incident.chart', { domain: domain ?? t('scope.all') });
  const minutes = minutesOf(ends);
  return (
    <section className="section" aria-labelledby="timeline">
      <h2 id="timeline">{t('incident.timeline')}</h2>
      {error === null ? (
        <MinuteChart
          points={data?.concurrency?.points ?? []}
          label={label}
          marks={[{ ...markOf(incident), path: null }]}
        >
          {label}
        </MinuteChart>
      ) : (
        <Missed what={label} error={error} retry={refetch} />
      )}
      {minutes.length > 0 && (
        <Table
          label={t('incident.timeline')}
          className="incident-minutes"
          columns={[
            { name: t('incident.minute'), kind: 'time' },
            { name: t('incident.endedIn'), kind: 'number' },
            { name: t('incident.endedBy'), kind: 'number' },
          ]}
        >
          {minutes.map(({ atMs, ended, endedBefore }) => (
            <tr key={atMs}>
              <td className="time">
                {showDate(atMs)} {showClock(atMs, false)}
              </td>
              <td className="number">{showNumber(ended)}</td>
              <td className="number">{showNumber(endedBefore + ended)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
