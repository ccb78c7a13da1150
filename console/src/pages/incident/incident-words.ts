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
  const { startedAt, overSince } = incident;
  const clock = (at: string) => showClockBeside(Date.parse(at), nowMs);
  const what = whatFailed(incident);
  const numbers = `${streamsOf(incident)}${t('incident.comma')}${outcomeOf(incident)}`;
  return overSince === null
    ? t('incident.since', { what, time: clock(startedAt), numbers })
    : t('incident.over', { what, from: clock(startedAt), to: clock(overSince), numbers });
}

function whatFailed(incident: ToldIncident): string {
  const { kind, code, cause, domain, path, sourceHost: source, accessPoint, accessPointNetwork } = incident;
  const target = domain === null || path === null ? domain : `${domain}/${path}`;
  const points =
    accessPoint !== null
      ? t('incident.atPoint', { accessPoint })
      : accessPointNetwork !== null
        ? t('incident.inNetwork', { network: accessPointNetwork })
        : '';
  if (kind === 'RELAY_RUN') {
    const between = source === null ? (target === null ? 'any' : 'to') : target === null ? 'from' : 'fromTo';
    const tasks = t(`incident.relays.${between}`, { source: source ?? '', target: target ?? '' });
    return (
      (code === null ? t('incident.relaysFailed', { tasks }) : t('incident.relaysEnded', { tasks, code })) + points
    );
  }
  const where = target === null ? '' : t('incident.onDomain', { domain: target });
  return serverText(cause).replace(/[.。]$/, '') + where + points;
}

function streamsOf({ kind, affected, of }: ToldIncident): string {
  const n = of == null ? showNumber(affected) : t('incident.nOf', { n: showNumber(affected), of: showNumber(of) });
  return t(`incident.streams.${kind}`, { n, count: of ?? affected });
}

/** How many of its streams are back. What was refused was not live before, so it is not back, but has pushed since. */
export function outcomeOf({ kind, affected, back, notBack }: ToldIncident): string {
  const became = kind === 'ATTEMPT' ? 'In' : 'Back';
  if (notBack === 0) return t(`incident.all${became}`, { count: affected });
  if (back === 0) return t(`incident.none${became}`);
  return t(`incident.some${became}`, { back: showNumber(back), notBack: showNumber(notBack) });
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
