import type { EndedAlertsQuery } from '../../api/operations.generated.ts';

type EndedAlert = NonNullable<EndedAlertsQuery['endedAlerts']>[number];

/** Alerts in one answer, the most that the API gives; the number is in the query. */
export const alertsMax = 500;

/**
 * A full answer has a next page, which ends where its last alert ended: those of that moment come again. Where all of an
 * answer ended in one moment, the next page is of the time before it.
 */
export function pageOfAlerts(alerts: readonly EndedAlert[]) {
  const [newest, oldest] = [alerts[0], alerts.at(-1)];
  if (newest === undefined || oldest === undefined || alerts.length < alertsMax) {
    return { nodes: alerts, pageInfo: { hasNextPage: false, endCursor: null } };
  }
  // The end of a time is no longer part of it.
  const endMs = Date.parse(oldest.endedAt) + (newest.endedAt === oldest.endedAt ? 0 : 1);
  return { nodes: alerts, pageInfo: { hasNextPage: true, endCursor: new Date(endMs).toISOString() } };
}

/** An alert can begin and end again with the same id only at another time. */
export function eachAlertOnce(alerts: readonly EndedAlert[]): readonly EndedAlert[] {
  return [...new Map(alerts.map((alert) => [`${alert.rule} ${alert.id} ${alert.endedAt}`, alert])).values()];
}
