import { noCurrentAlerts, type CurrentAlerts } from '../domain/alerts/current-alerts.ts';
import type { ForwardingControl } from '../domain/forwarding/forwarding-control.ts';
import { openAlerting } from '../alerts/alerting.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { openForwardingFile } from '../forwarding/sqlite/forwarding-file.ts';
import { createTime } from '../forwarding/time.ts';
import { observeAlerts } from '../http/metrics/alert-metrics.ts';
import { version } from '../version.ts';
import type { NodeOptions } from './node.ts';
import type { Projected } from './querying.ts';
import { troublesOf } from './service-troubles.ts';

/** Milliseconds that the projection may be behind for the read models to count as current. */
const lagMsMax = 10_000;

/** What alerts of a log are evaluated on. */
export interface LogToWatch {
  readonly store: EventStore;
  readonly projected: Projected;
  readonly forwarding: ForwardingControl;
}

/**
 * Evaluates the rules of alerts, if there are any, and sends their messages.
 * @throws OperatorError - what is known of the targets can't be used
 */
export async function openLogAlerts(log: LogToWatch, options: NodeOptions): Promise<CurrentAlerts> {
  const { dataDir, alerts, forward, clock, logger, metrics, closing } = options;
  if (alerts.rules.length === 0) return noCurrentAlerts;
  const { store, projected } = log;
  const { logId, epoch } = store;
  const state = openForwardingFile(
    dataDir,
    { logId, epoch, endPosition: await store.endPosition() },
    {
      fileName: 'alerts.sqlite',
      onLogChanged: () => logger.warn({}, 'alerts go on in another log, or in an older copy'),
    },
  );
  const { models, readModel, analyses } = projected;
  const alerting = openAlerting({
    ...{ alerts, store, state, logger },
    allowed: forward.allowed,
    sources: { readModel, analyses, troubles: () => troublesOf(log, dataDir) },
    async isCurrent() {
      if (!models.isKeptUpToDate() || models.progress.stalledBecause() !== null) return false;
      return (await models.progress.lag()).ms <= lagMsMax;
    },
    userAgent: `live-ledger/${version}`,
    time: createTime(clock),
  });
  closing.add('alerts', () => alerting.close());
  observeAlerts(metrics.registry, alerting.current);
  return alerting.current;
}
