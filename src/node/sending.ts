// What a node sends: callbacks to the targets of forwarding, and alerts. Each from the embedded log, or from a copy of one that several nodes have.

import { hostname } from 'node:os';
import { alertLeaseOf } from '../alerts/alert-events.ts';
import { noCurrentAlerts, openAlerting, type AlertingOptions, type CurrentAlerts } from '../alerts/alerting.ts';
import type { Troubles } from '../alerts/kinds/findings.ts';
import type { Redaction } from '../api/redact.ts';
import { Forwarder } from '../forwarding/forwarder.ts';
import { openForwardingFile, type ForwardingFileOptions } from '../forwarding/forwarding-file-table.ts';
import { LeasedTarget } from '../forwarding/lease/leased-target.ts';
import type { NodeLease } from '../forwarding/lease/node-lease.ts';
import { createTime } from '../forwarding/send.ts';
import { type ForwardingControl, type ForwardTargetStatus, noForwarding } from '../forwarding/target.ts';
import { isNearlyFull, measureDiskSpace } from '../kernel/disk.ts';
import { version } from '../kernel/this-process.ts';
import { noPosition, type EventReader, type EventStore } from '../log/event-store.ts';
import type { EventStoreDbAppender } from '../log/eventstoredb/appender.ts';
import { observeAlerts, observeForwarding } from '../observing/metrics.ts';
import { latestReader } from '../projecting/file/reader-source.ts';
import type { ProjectionProgress } from '../projecting/progress.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import { refuse, type ReplicaLog } from './replica/replica-log.ts';
import type { Projected, QueryingOptions } from './querying.ts';
import { openForwarding, type ForwardingOptions } from '../forwarding/forwarding.ts';

/**
 * Forwards what the log records to the targets, if there are any.
 * @throws OperatorError - the stored state of the targets can't be used
 */
export async function openLogForwarding(log: EventReader, options: QueryingOptions): Promise<ForwardingControl> {
  const { forward, logger } = options;
  if (forward.targets.length === 0) return noForwarding;
  const state = await openProgress(log, options, {
    fileName: 'forwarding.sqlite',
    onLogChanged: () =>
      logger.warn({}, 'forwarding goes on in another log, or in an older copy: check what the targets have'),
  });
  const parts: ForwardingParts = {
    log: () => log,
    openTarget: (target, given) => new Forwarder(target, { ...given, log, state }),
  };
  return openObservedForwarding(parts, options, () => state.close());
}

/**
 * Forwards from a query node's copy of the log while it has the lease. Operators see and change every target on every node. A
 * new target is not shown until a node has begun with it.
 */
export function openReplicaForwarding(node: NodeLease, options: QueryingOptions): ForwardingControl {
  if (options.forward.targets.length === 0) return noForwarding;
  const { log } = node.parts;
  return openObservedForwarding(
    { log, openTarget: (target, given) => new LeasedTarget(target, { ...given, node }) },
    options,
  );
}

/** What each target has got. A new one begins with what was recorded since the recorder has opened the log. */
async function openProgress(log: EventReader, { dataDir, link }: QueryingOptions, options: ForwardingFileOptions) {
  const { logId, epoch } = log;
  const endPosition = link.log?.firstUnread ?? (await log.endPosition());
  return openForwardingFile(dataDir, { logId, epoch, endPosition }, options);
}

/** The options that depend on the kind of log. */
type ForwardingParts = Pick<ForwardingOptions, 'log' | 'openTarget'>;

function openObservedForwarding(
  parts: ForwardingParts,
  { forward, clock, logger, metrics, closing }: QueryingOptions,
  onClosed: () => void = () => undefined,
): ForwardingControl {
  const forwarding = openForwarding({
    ...forward,
    ...parts,
    userAgent: `live-ledger/${version}`,
    clock,
    logger,
  });
  closing.add('forwarding', async () => {
    await forwarding.close();
    onClosed();
  });
  observeForwarding(metrics.registry, forwarding.control);
  return forwarding.control;
}

/** Milliseconds that the projection may be behind before it counts as trouble. */
const behindMsMax = 60_000;

/** The parts of a service that are checked for troubles. */
export interface ServiceParts {
  readonly projected: {
    readonly models: {
      readonly progress: Pick<ProjectionProgress, 'lag' | 'stalledBecause' | 'counts'>;
      isKeptUpToDate(): boolean;
    };
    readonly readModel: Pick<ReadModelReader, 'poisoned'>;
  };
  readonly forwarding: Pick<ForwardingControl, 'targets'>;
}

/**
 * What is wrong with this service now. A trouble is null while it is unknown after a start whether it is over, because counts
 * begin at zero.
 */
export async function troublesOf({ projected, forwarding }: ServiceParts, dataDir: string): Promise<Troubles> {
  const { models, readModel } = projected;
  const lag = await models.progress.lag();
  const hasProjected = lag.events === 0 || models.progress.counts().events > 0;
  const isStalled = models.progress.stalledBecause() !== null || (hasProjected ? false : null);
  const isBehind = lag.ms > behindMsMax;
  const targets = (await forwarding.targets()).map(isFailing);
  return {
    PROJECTION_STALLED: isStalled,
    PROJECTION_BEHIND: isStalled === null && isBehind ? null : isStalled !== true && isBehind,
    POISONED: models.isKeptUpToDate() ? readModel.poisoned(1).length > 0 : null,
    FORWARDING: targets.includes(true) || (targets.includes(null) ? null : false),
    DISK: isNearlyFull(measureDiskSpace(dataDir)),
  };
}

/** Null while no pending callback was taken, or failed often enough, since the start. */
function isFailing({ state, isActiveHere, delivered, lagEvents }: ForwardTargetStatus): boolean | null {
  if (state === 'FAILING') return true;
  return isActiveHere && state === 'RUNNING' && delivered === 0 && lagEvents > 0 ? null : false;
}

/** Milliseconds that the projection may be behind for the read models to count as current. */
const lagMsMax = 10_000;

/** Milliseconds that a stop waits for answers, half of a shutdown: chats take seconds, and show a repeated message twice. */
const stopMsMax = 5_000;

/** The parts that the alerts of a log are evaluated on. */
interface LogToWatch {
  readonly log: EventReader;
  readonly append: EventStore['append'];
  readonly projected: Projected;
  readonly forwarding: ForwardingControl;
  readonly redaction: Redaction;
}

/**
 * Evaluates the rules of alerts, if there are any, and sends their messages.
 * @throws OperatorError - the stored state of the targets can't be used
 */
export async function openLogAlerts(watched: LogToWatch, options: QueryingOptions): Promise<CurrentAlerts> {
  const { dataDir, alerts, logger } = options;
  if (alerts.rules.length === 0) return noCurrentAlerts;
  const { log, append, projected, redaction } = watched;
  const state = await openProgress(log, options, {
    fileName: 'alerts.sqlite',
    onLogChanged: () => logger.warn({}, 'alerts go on in another log, or in an older copy'),
  });
  const { models, readModel, analyses } = projected;
  const parts: AlertingParts = {
    append,
    redaction,
    log: () => log,
    isOurs: () => true,
    isCurrent: (position) => hasAll(projected, models.progress, position),
    openTarget: (target, given) => new Forwarder(target, { ...given, log, state, stopMsMax }),
    sources: { readModel, analyses, troubles: () => troublesOf(watched, dataDir), node: null },
  };
  return openObservedAlerts(parts, options, () => state.close());
}

/** The parts that the alerts of one of several query nodes are evaluated on. Other nodes append to the same log. */
interface SharedLogToWatch {
  readonly store: EventStoreDbAppender;
  readonly replica: ReplicaLog;
  readonly forwarding: ForwardingControl;
  readonly lease: NodeLease;
  readonly redaction: Redaction;
}

/** The same on one of several nodes: the one with the lease evaluates and sends. The others know the open alerts. */
export function openReplicaAlerts(shared: SharedLogToWatch, options: QueryingOptions): CurrentAlerts {
  const { store, replica, forwarding, lease: node, redaction } = shared;
  const { dataDir, alerts } = options;
  if (alerts.rules.length === 0) return noCurrentAlerts;
  const log = () => replica.wholeCopy()?.reader ?? null;
  const leased: LeasedTarget[] = [];
  const readModel = latestReader(() => (replica.copy() ?? refuse()).readModel);
  const parts: AlertingParts = {
    redaction,
    append: (...given) => store.append(...given),
    log,
    // What is recorded before a node has begun with a target is not sent to it.
    isOurs: () => node.isValid && leased.every(({ isActive }) => isActive),
    isCurrent: (position) => hasAll(replica.wholeCopy() ?? refuse(), replica.progress, position),
    openTarget(target, given) {
      const one = new LeasedTarget(target, { ...given, leaseName: alertLeaseOf(target.name), node });
      leased.push(one);
      return one;
    },
    sources: {
      readModel,
      analyses: { ask: (...given) => (replica.copy() ?? refuse()).analyses.ask(...given) },
      troubles() {
        const { models } = replica.copy() ?? refuse();
        const { progress } = replica;
        const projected = { models: { progress, isKeptUpToDate: () => models.isKeptUpToDate() }, readModel };
        return troublesOf({ projected, forwarding }, dataDir);
      },
      node: hostname(),
    },
  };
  return openObservedAlerts(parts, options);
}

/** The options that depend on the kind of log. */
type AlertingParts = Pick<AlertingOptions, 'append' | 'log' | 'isOurs' | 'isCurrent' | 'openTarget' | 'sources'> & {
  readonly redaction: Redaction;
};

function openObservedAlerts(
  { redaction, ...parts }: AlertingParts,
  options: QueryingOptions,
  onClosed: () => void = () => undefined,
): CurrentAlerts {
  const { alerts, forward, clock, logger, metrics, closing } = options;
  const alerting = openAlerting({
    ...parts,
    alerts,
    allowed: forward.allowed,
    logger,
    userAgent: `live-ledger/${version}`,
    // Anybody may read a chat.
    hide: (text) => redaction.ofAnswers('viewer')?.(text) ?? text,
    time: createTime(clock),
  });
  closing.add('alerts', async () => {
    await alerting.close();
    onClosed();
  });
  observeAlerts(metrics.registry, alerting.current);
  return alerting.current;
}

async function hasAll(
  { models, readModel }: Pick<Projected, 'models' | 'readModel'>,
  progress: ProjectionProgress,
  position: bigint,
): Promise<boolean> {
  if (!models.isKeptUpToDate() || progress.stalledBecause() !== null) return false;
  if ((readModel.checkpoint() ?? noPosition) < position) return false;
  return (await progress.lag()).ms <= lagMsMax;
}
