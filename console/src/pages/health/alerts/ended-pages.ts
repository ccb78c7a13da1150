import type { EndedAlertsQuery } from '../../../api/operations.generated.ts';

type EndedAlert = NonNullable<EndedAlertsQuery['endedAlerts']>[number];

/** Alerts in one answer, the most that the API gives. The query contains the number. */
export const alertsMax = 500;

/**
 * A full answer has a next page. It ends when the answer's last alert ended, so alerts of that moment are repeated. If
 * a whole answer ended in one moment, the next page covers the time before it.
 */
export function pageOfAlerts(alerts: readonly EndedAlert[]) {
  const [newest, oldest] = [alerts[0], alerts.at(-1)];
  if (newest === undefined || oldest === undefined || alerts.length < alertsMax) {
    return { nodes: alerts, pageInfo: { hasNextPage: false, endCursor: null } };
  }
  // The end of a time range is exclusive.
  const endMs = Date.parse(oldest.endedAt) + (newest.endedAt === oldest.endedAt ? 0 : 1);
  return { nodes: alerts, pageInfo: { hasNextPage: true, endCursor: new Date(endMs).toISOString() } };
}

/** An alert can begin and end again with the same id, but only at another time. */
export function eachAlertOnce(alerts: readonly EndedAlert[]): readonly EndedAlert[] {
  return [...new Map(alerts.map((alert) => [`${alert.rule} ${alert.id} ${alert.endedAt}`, alert])).values()];
}
