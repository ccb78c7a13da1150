import { noCurrentAlerts } from '../../alerts/alerting.ts';
import type { GraphqlPorts } from '../../api/ports.ts';
import { noForwarding } from '../../forwarding/target.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { PrimarySettings } from '../../log/primary/primary-source.ts';
import type { CurrentLog } from '../../log/only-event.ts';
import { observeStandby } from '../../observing/metrics.ts';
import { lockReadModels } from '../data-dir.ts';
import { openRedaction } from '../known-secrets.ts';
import type { QueryingOptions } from '../querying.ts';
import { openReplicaLog, refuse, portsOfReplica } from './replica-log.ts';

/**
 * Opens what answers queries on a standby, from its copy of the primary's log, also while the primary does not answer. It forwards
 * nothing and sends no alerts: the primary does.
 * @throws LogUnusable, ReadModelUnusable - what is in DATA_DIR can't be used
 */
export async function openStandbyQuerying(
  primary: PrimarySettings,
  options: QueryingOptions,
): Promise<() => GraphqlPorts> {
  const { dataDir, clock, logger, closing, metrics, forward, alerts } = options;
  closing.add('lock of the reader', await lockReadModels(dataDir));
  const replica = await openReplicaLog({ kind: 'primary', ...primary }, options);
  const reader = () => (replica.copy() ?? refuse()).reader;
  const { origin } = new URL(primary.url);
  const standby = () => {
    const { eventsBehind, behindMs, unansweredSinceMs } = replica.behind();
    return { primary: origin, eventsBehind, behindMs: Math.round(behindMs), unansweredSinceMs };
  };
  observeStandby(metrics.registry, { standby, clock });
  if (forward.targets.length > 0 || alerts.rules.length > 0) {
    logger.info({}, 'a standby neither forwards nor sends alerts: both begin once it is promoted');
  }
  const refused = new LedgerError('STANDBY', refusalOfStandby(origin));
  const current: CurrentLog = {
    append: () => Promise.reject(refused),
    readStream: (...given) => reader().readStream(...given),
  };
  const ports = {
    redaction: openRedaction(() => reader().secret, options),
    health: { spooled: () => null, replicaBrokenBecause: () => replica.brokenBecause(), standby },
    erasures: refusedErasures(refused),
    forwarding: noForwarding,
    alerts: noCurrentAlerts,
  };
  // The primary may have come further than it said, or may have ended: a cursor of it is waited for.
  const original = { current, mayHavePosition: () => Promise.resolve(null) };
  return portsOfReplica({ ports, original }, replica, options);
}

function refusedErasures(refused: LedgerError): GraphqlPorts['erasures'] {
  const refuseIt = () => {
    throw refused;
  };
  return { plan: () => Promise.reject(refused), write: refuseIt, read: refuseIt, request: refuseIt };
}

function refusalOfStandby(primary: string): string {
  return `This node is a standby, which changes nothing. Send it to the primary: ${primary}`;
}
