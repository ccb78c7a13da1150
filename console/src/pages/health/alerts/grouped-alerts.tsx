import type { ComponentProps } from 'react';
import { Link } from 'wouter';
import { showNumber } from '../../../format/shown.ts';
import { IncidentMark } from '../../../parts/marks.tsx';
import { incidentPath } from '../../../paths.ts';
import { t } from '../../../translations/translate.ts';
import { incidentSentence } from '../../incident/incident-words.ts';
import { AlertsTable } from './alerts-table.tsx';
import { byIncident } from './by-incident.ts';

/** Alerts: those that an incident explains below its sentence, folded; then all others. */
export function GroupedAlerts({ label, rows, areOver = false }: ComponentProps<typeof AlertsTable>) {
  const { alone, ofIncidents } = byIncident(rows);
  return (
    <>
      {ofIncidents.map(({ incident, rows: explained }) => (
        <div key={incident.id}>
          <p>
            <IncidentMark state={incident.state} />{' '}
            <Link href={incidentPath(incident)}>{incidentSentence(incident, null)}</Link>
          </p>
          <details>
            <summary>{t('alerts.ofIncident', { n: showNumber(explained.length), count: explained.length })}</summary>
            <AlertsTable label={label} rows={explained} areOver={areOver} />
          </details>
        </div>
      ))}
      {alone.length > 0 && <AlertsTable label={label} rows={alone} areOver={areOver} />}
    </>
  );
}
