import type { RefusedRequests } from '../callbacks/setup/callback-refusals.ts';
import type { OnRefused } from '../connections/refusals.ts';
import { connectionsMax as connectionsMaxByDefault } from '../connections/limits.ts';
import { readRequests } from '../connections/request-reading.ts';
import { WrongTokens } from '../connections/wrong-tokens.ts';
import { lockQueryNode } from '../log/sqlite/data-dir-lock.ts';
import { Closing } from '../kernel/this-process.ts';
import { measureDiskSpace } from '../kernel/disk.ts';
import { wantsTraces } from '../kernel/spans.ts';
import { quarantineBounds as quarantineBoundsByDefault } from '../quarantine/keeping/share.ts';
import { isListedToken } from '../recorder/authenticity.ts';
import { createCallbackEndpoint } from '../recorder/callback-endpoint.ts';
import { Door } from '../recorder/door.ts';
import { createProbes, StorageHealth } from '../recorder/probes.ts';
import {
  createRecorderMetrics,
  observeDisk,
  observeRecorderProcess,
  observeSpool,
} from '../recorder/recorder-metrics.ts';
import { RejectionLog } from '../recorder/rejection-log.ts';
import { logFolder, type EventStoreChoice } from './data-dir.ts';
import { openStandby } from './standby.ts';
import { openEmbeddedRecording, type RecorderOptions, type Recording, type RecordingOptions } from './recording.ts';

/** All of the process that takes callbacks, but how connections come to it. */
export interface Recorder {
  readonly door: Door;
  /** Null without the role `receive`. */
  readonly recording: Recording | null;
  /** Requests under /callbacks/ that came to nothing so far. */
  readonly refusals: () => readonly RefusedRequests[];
  /** Counts a refused request to neither callbacks nor GraphQL. */
  readonly onRefused: OnRefused;
  /**
   * Closes the log and releases DATA_DIR; call it once the door has drained.
   * @throws AggregateError - what failed to close; each is logged by name
   */
  close(): Promise<void>;
}

/**
 * Opens the log for writing, and everything that takes a callback, and nothing else.
 * @throws LogUnusable - the message says what to do; the parts that were opened are closed again
 */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  const { dataDir, eventStore, roles, authenticity, trustProxy, clock, logger, onward, askReader } = options;
  const { quarantineBounds = quarantineBoundsByDefault, connectionsMax = connectionsMaxByDefault } = options;
  const closing = new Closing(logger);
  const metrics = createRecorderMetrics(clock);
  const { figures } = metrics;
  try {
    await openFirst(options, closing);
    const rejections = new RejectionLog(logger, clock);
    closing.add('log of rejections', () => rejections.close());
    const recordingOptions = { ...options, quarantineBounds, metrics, rejections, closing };
    const recording = roles.receive ? await openRecording(eventStore, recordingOptions) : null;
    observeDisk(figures, () => measureDiskSpace(dataDir));
    if (recording !== null) observeSpool(figures, () => recording.status.spooled());
    observeRecorderProcess(figures);

    const reading = readRequests(trustProxy);
    const wrongTokens = new WrongTokens(clock, logger, metrics.wrongToken);
    closing.add('wrong tokens', () => wrongTokens.close());
    const health = new StorageHealth(() => recording?.status.canStore() ?? false);
    const stopping = () => door.stopping();
    const onRefused: OnRefused = ({ status, error }, requestId) => {
      metrics.requestRefused(error);
      logger.debug({ requestId, status, code: error }, 'refused');
    };
    const answerProbe = createProbes({
      metricsAccess: options.metricsAccess,
      storage: recording && { health, status: recording.status },
      askReader,
      isStandby: eventStore.kind === 'primary',
      stopping,
      figures,
      reading,
      wrongTokens,
      onRefused,
      logger,
    });
    const endpoint =
      recording &&
      createCallbackEndpoint({
        receiver: recording.receiver,
        isListedToken: (token) => isListedToken(authenticity, token),
        reading,
        stopping,
        onStored: () => health.noteStored(),
        onRefused(reason) {
          metrics.callbackRefused(reason);
          if (reason === 'STORE_UNAVAILABLE' || reason === 'STORE_OVERLOADED') health.noteNotStored(reason);
        },
        lostBecause: (socket) => door.lostBecause(socket),
        rejections,
        logger,
      });
    const door: Door = new Door({
      handle: (request, response) => endpoint?.handle(request, response) === true || answerProbe(request, response),
      onward,
      connectionsMax,
      onGaveWay: metrics.gaveWay,
      onCallbackLost: (reason) => endpoint?.noteLost(reason),
      onRefused,
    });
    figures.compute('connections_open', 'Open connections to the port.', () => door.open());
    return { door, recording, refusals: metrics.refusals, onRefused, close: () => closing.closeAll() };
  } catch (error) {
    // Failures to close are logged; the caller needs the reason why opening failed.
    await closing.closeAll().catch(() => undefined);
    throw error;
  }
}

async function openRecording(eventStore: EventStoreChoice, options: RecordingOptions): Promise<Recording> {
  if (eventStore.kind !== 'eventstoredb') return openEmbeddedRecording(options);
  // Its client is large.
  const { openEventStoreDbRecording } = await import('./eventstoredb-recording.ts');
  return openEventStoreDbRecording(eventStore, options);
}

/** What nothing else depends on, and what must be had before anything is opened. */
async function openFirst({ dataDir, eventStore, roles, logger }: RecorderOptions, closing: Closing): Promise<void> {
  if (wantsTraces(process.env)) {
    // Loaded only if it is wanted.
    const tracing = (await import('../observing/trace.ts')).startTracing(process.env, logger);
    closing.add('traces', () => tracing.close());
  }
  if (roles.query && eventStore.kind !== 'sqlite') {
    closing.add('lock of the query node', lockQueryNode(logFolder({ dataDir, eventStore })));
  }
  if (eventStore.kind === 'primary') openStandby(dataDir, eventStore.url);
}
