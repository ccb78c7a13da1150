import type { IncidentPageQuery, IncidentRowFragment } from '../../api/operations.generated.ts';
import { showClockBeside, showNumber } from '../../format/shown.ts';
import type { ChartMark } from '../../parts/minute-chart/minute-chart.tsx';
import { incidentPath } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';

/** An incident, and of how many streams it took some; undefined in lists, null if unknown. */
export type ToldIncident = IncidentRowFragment & { readonly of?: number | null };

/** An incident with all that its page shows. */
export type FoundIncident = NonNullable<IncidentPageQuery['incident']>;

/**
 * An incident in one sentence with its numbers. Times are clocks only, as long as they are on the day of the moment
 * beside it; null: with their dates, for whoever reads it later.
 */
export function incidentSentence(incident: ToldIncident, nowMs: number | null): string {
  const { cause, startedAt, overSince } = incident;
  const clock = (at: string) => showClockBeside(Date.parse(at), nowMs);
  const what = serverText(cause).replace(/[.。]$/, '') + whereOf(incident);
  const numbers = `${streamsOf(incident)}${t('incident.comma')}${outcomeOf(incident)}`;
  return overSince === null
    ? t('incident.since', { what, time: clock(startedAt), numbers })
    : t('incident.over', { what, from: clock(startedAt), to: clock(overSince), numbers });
}

function whereOf({ kind, domain, path, accessPoint, accessPointNetwork }: ToldIncident): string {
  const domainText =
    domain === null
      ? ''
      : t(kind === 'RELAY_RUN' ? 'incident.toDomain' : 'incident.onDomain', {
          domain: path === null ? domain : `${domain}/${path}`,
        });
  if (accessPoint !== null) return domainText + t('incident.atPoint', { accessPoint });
  if (accessPointNetwork !== null) return domainText + t('incident.inNetwork', { network: accessPointNetwork });
  return domainText;
}

function streamsOf({ kind, affected, of }: ToldIncident): string {
  const n = of == null ? showNumber(affected) : t('incident.nOf', { n: showNumber(affected), of: showNumber(of) });
  return t(`incident.streams.${kind}`, { n, count: of ?? affected });
}

/** How many of its streams are back. */
export function outcomeOf({ affected, back, notBack }: ToldIncident): string {
  if (notBack === 0) return t('incident.allBack', { count: affected });
  if (back === 0) return t('incident.noneBack');
  return t('incident.someBack', { back: showNumber(back), notBack: showNumber(notBack) });
}

/** An incident as a mark on a chart: until it was over, or to the newest that is known of it. */
export function markOf(incident: ToldIncident): ChartMark {
  const { startedAt, newestEvidenceAt, overSince } = incident;
  return {
    path: incidentPath(incident),
    text: incidentSentence(incident, null),
    fromMs: Date.parse(startedAt),
    toMs: Date.parse(overSince ?? newestEvidenceAt),
  };
}
