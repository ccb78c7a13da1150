import { monitorEventLoopDelay } from 'node:perf_hooks';
import { refusalReasons, type RefusalReason, type RefusedRequests } from '../callbacks/setup/callback-refusals.ts';
import type { Clock } from '../kernel/clock.ts';
import { wrongTokensHelp } from '../connections/wrong-tokens.ts';
import type { DiskSpace } from '../kernel/disk.ts';
import { errorCodes, type ErrorCode } from '../kernel/errors.ts';
import { quarantineReasons } from '../quarantine/quarantine.ts';
import type { Quarantine, QuarantineFigures } from '../quarantine/keeping/quarantine-log.ts';
import type { SpoolFigures } from '../log/spool/spool.ts';
import type { LogCommit } from '../log/event-store.ts';
import { Figures } from '../observing/figures.ts';
import type { ReceiptOutcome } from './receiver.ts';

/** Seconds. A commit takes a fraction of a millisecond on a good disk, and 5 ms or more on a spinning one. */
const commitSeconds = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Events. A commit has at most 1,000 appends. */
const commitEvents = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/** Seconds. CSS repeats a callback every minute for 12 minutes, and its clock counts whole seconds. */
const delaySeconds = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 720, 1_800, 3_600, 21_600, 86_400];

/** What the recorder counts. */
export type RecorderMetrics = ReturnType<typeof createRecorderMetrics>;

/** The counters of the recorder. Every label takes its values from a closed list, never from input. */
export function createRecorderMetrics(clock: Clock) {
  const refusals = new Map<RefusalReason, RefusedRequests>();
  const figures = new Figures();
  const durations = figures.histogram(
    'append_duration_seconds',
    'Time of a commit of the log, its fsync included.',
    commitSeconds,
  );
  const batches = figures.histogram('append_batch_events', 'Events in a commit of the log.', commitEvents);
  const accepted = figures.count(
    'callbacks_accepted',
    'Callbacks that were recorded and answered 200, redeliveries included.',
  );
  const quarantined = figures.counter(
    'callbacks_quarantined',
    'Callbacks that were stored in quarantine and answered 200, by reason.',
    'reason',
    quarantineReasons,
  );
  const refused = figures.counter(
    'callbacks_refused',
    'Requests under /callbacks/ that came to nothing, by reason: nothing was stored, and CSS did not get 200.',
    'reason',
    refusalReasons,
  );
  const delay = figures.histogram(
    'callback_delay_seconds',
    'From the time in a recorded callback, by the clock of CSS, to its arrival by ours. Below zero counts as zero.',
    delaySeconds,
  );
  const requestRefused = figures.counter(
    'requests_refused',
    'Refused requests to neither callbacks nor GraphQL, and connections without a request, by error code.',
    'code',
    Object.keys(errorCodes) as ErrorCode[],
  );
  const gaveWay = figures.count(
    'connections_gave_way',
    'Connections that were closed because they had been silent longest, and there were too many.',
  );
  return {
    figures,
    committed: ({ events, durationMs }: LogCommit) => {
      durations(durationMs / 1_000);
      batches(events);
    },
    /** Counts a stored callback. */
    received(outcome: ReceiptOutcome) {
      if (outcome.kind === 'QUARANTINED') {
        quarantined(outcome.reason);
        return;
      }
      accepted();
      const { receivedAtMs, sendableFromMs } = outcome;
      if (sendableFromMs !== null) delay(Math.max(0, receivedAtMs - sendableFromMs) / 1_000);
    },
    /** Counts a request under /callbacks/ that came to nothing. */
    callbackRefused(reason: RefusalReason) {
      refused(reason);
      const count = (refusals.get(reason)?.count ?? 0) + 1;
      // The newest reason is the last one.
      refusals.delete(reason);
      refusals.set(reason, { reason, count, newestAtMs: clock() });
    },
    /** What was refused so far, the newest last. */
    refusals: (): readonly RefusedRequests[] => [...refusals.values()],
    requestRefused,
    // The reader counts under the same name.
    wrongToken: figures.count('wrong_tokens', wrongTokensHelp),
    gaveWay,
  };
}

/** Adds the free and the reserved bytes on the disk of DATA_DIR. */
export function observeDisk(figures: Figures, disk: () => DiskSpace): void {
  const reserve = 'Bytes of them that are kept for callbacks: projection pauses before.';
  figures.compute(
    'disk_free_bytes',
    'Bytes that may still be written on the disk of DATA_DIR.',
    () => disk().freeBytes,
  );
  figures.compute('disk_reserve_bytes', reserve, () => disk().reserveBytes);
}

/** Adds the metrics of the spool, if there is one. */
export function observeSpool(figures: Figures, spooled: () => SpoolFigures | null): void {
  const first = spooled();
  if (first === null) return;
  const add = (name: string, help: string, valueOf: (spool: SpoolFigures) => number) =>
    figures.compute(`spool_${name}`, help, () => valueOf(spooled() ?? first));
  add('events', 'Events in the spool that wait to be appended to the log.', ({ events }) => events);
  add('bytes', 'Bytes of their data and metadata.', ({ bytes }) => bytes);
  add('oldest_age_seconds', 'Age of the oldest of them; 0 where none waits.', ({ oldestAgeMs }) => oldestAgeMs / 1_000);
  add('refused_events', 'Events in the spool that the log refuses for good.', ({ eventsRefused }) => eventsRefused);
  add('kept_total', 'Events that were made durable in the spool since the start.', (all) => all.eventsSpooledTotal);
  add(
    'drained_total',
    'Events that were appended from the spool to the log since the start.',
    (all) => all.eventsDrainedTotal,
  );
}

/** Adds how full the quarantine is, by reason. */
export function observeQuarantine(figures: Figures, quarantine: Pick<Quarantine, 'figures'>): void {
  const add = (name: string, help: string, valueOf: (figures: QuarantineFigures) => number | null) =>
    figures.compute(`quarantine_${name}`, help, () =>
      Object.entries(quarantine.figures()).flatMap(([reason, ofReason]) => {
        const value = valueOf(ofReason);
        return value === null ? [] : [[{ reason }, value] as const];
      }),
    );
  add('events', 'Callbacks in quarantine, also those already decided.', ({ events }) => events);
  add('bytes', 'Bytes that they use on the disk.', ({ bytes }) => bytes);
  add('bytes_max', 'Bytes that they may use. Beyond it, whoever has most loses the oldest.', (all) => all.bytesMax);
  add(
    'full_in_seconds',
    'Until it is full at the present rate. None where it does not grow.',
    (all) => all.fullInSeconds,
  );
  add('displaced_total', 'Callbacks removed since the start because it was full.', (all) => all.displacedTotal);
}

/** Milliseconds between two checks of the event loop. Shorter delays do no harm. */
const resolutionMs = 10;

const percentiles = { '0.5': 50, '0.99': 99, '1': 100 } as const;

/** Adds what this process uses. The reader reports the same of itself, by the same names. */
export function observeRecorderProcess(figures: Figures): void {
  const process_ = { process: 'recorder' };
  const add = (name: string, help: string, read: () => number) =>
    figures.computeAs(name, help, () => [[process_, read()] as const]);
  const startedAt = Date.now() / 1_000 - process.uptime();
  const cpu = () => process.cpuUsage();
  add('process_cpu_user_seconds_total', 'Total user CPU time spent in seconds.', () => cpu().user / 1e6);
  add('process_cpu_system_seconds_total', 'Total system CPU time spent in seconds.', () => cpu().system / 1e6);
  add('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', () => {
    const { user, system } = cpu();
    return (user + system) / 1e6;
  });
  add('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', () => startedAt);
  add('process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
  add(
    'nodejs_heap_size_used_bytes',
    'Process heap size used from Node.js in bytes.',
    () => process.memoryUsage().heapUsed,
  );
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  figures.compute(
    'event_loop_delay_seconds',
    'By how much the event loop of the main thread was late since the last scrape: median, 99th percentile, maximum.',
    () => {
      const values = Object.entries(percentiles).map(
        ([percentile, value]) =>
          // In nanoseconds, with the time between two checks. It is 0 right after a scrape.
          [{ percentile, ...process_ }, Math.max(0, delay.percentile(value) / 1e9 - resolutionMs / 1_000)] as const,
      );
      delay.reset();
      return values;
    },
  );
}
