import type { Logger } from '../../kernel/logger.ts';
import type { SendConnection } from '../../connections/pass-connections.ts';
import type { ServiceSignal, ToRecorder, ToSupervisor } from '../process-messages.ts';

/** Exit status of a process whose settings are wrong: starting it again would not help. */
const settingsWrong = 2;

/** Milliseconds before a recorder that ended soon after its start is started again; doubled each time. */
const restartAfterMsLeast = 100;

/** Starts in a row that may end early, over about 25 s. Then the supervisor ends, so that what started it knows. */
const failedStartsMax = 8;

/** Milliseconds that a recorder must take callbacks for its start not to count as failed. */
const steadyAfterMs = 10_000;

/** A recorder's process, as its supervisor sees it. */
export interface RecorderProcess {
  readonly pid: number | undefined;
  readonly send: (message: ToRecorder) => void;
  readonly sendConnection: SendConnection;
}

export interface RecorderEvents {
  readonly onMessage: (message: Exclude<ToSupervisor, { kind: 'connection' }>, from: RecorderProcess) => void;
  /** It has ended, and its reader with it; `status` is null if a signal ended it. */
  readonly onExit: (status: number | null, of: RecorderProcess) => void;
}

interface SuccessionOptions {
  readonly startRecorder: (events: RecorderEvents) => RecorderProcess;
  /** Sets where connections go; null: they wait. */
  readonly connectionsTo: (recorder: RecorderProcess | null) => void;
  readonly onLoaded: (settings: { readonly logLevel: string }) => void;
  /** Resolves with the URL; the port stays open from then on. */
  readonly listen: (host: string, port: number) => Promise<string>;
  /** Closes the port. */
  readonly closePort: () => void;
  /** No process is left. */
  readonly onEnded: (status: number) => void;
  readonly logger: Logger;
}

/** Decides which recorder takes callbacks, and which is next. One has DATA_DIR at a time. */
export class Succession {
  private current: RecorderProcess | null = null;
  /** The current one was asked to release DATA_DIR, so that the next one can open it. */
  private isLeaving = false;
  private next: RecorderProcess | null = null;
  private isNextLoaded = false;
  /** They have released DATA_DIR, and end once their readers have answered. */
  private readonly released = new Set<RecorderProcess>();
  private hasTaken = false;
  private takesSinceMs = 0;
  private failedStarts = 0;
  private restart: NodeJS.Timeout | undefined;
  private isStopping = false;
  private status = 0;

  constructor(private readonly options: SuccessionOptions) {}

  start(): void {
    this.isNextLoaded = false;
    this.next = this.options.startRecorder({
      onMessage: (message, from) => this.hear(message, from),
      onExit: (status, of) => this.noteExit(status, of),
    });
  }

  /** Replaces the recorder and its reader by new ones. They go on if the new ones can't be loaded. */
  replace(): void {
    const { logger } = this.options;
    if (this.isStopping || this.next !== null || this.current === null) {
      logger.warn({}, 'the service is being started or stopped already, and is not replaced');
      return;
    }
    logger.info({ recorderPid: this.current.pid }, 'a new process is started, to replace the one that takes callbacks');
    this.start();
  }

  /** Ends every process once it has answered what it took; at the second call, at once. */
  stop(signal: ServiceSignal): void {
    clearTimeout(this.restart);
    const isFirst = !this.isStopping;
    this.isStopping = true;
    if (isFirst) this.options.closePort();
    if (!(isFirst && this.isLeaving)) this.current?.send({ kind: 'signal', signal });
    if (!isFirst) for (const one of this.released) one.send({ kind: 'signal', signal });
    // The next one answers what waits, and is then stopped.
    const isNeeded = isFirst && this.hasTaken && (this.current === null || this.isLeaving);
    if (!isNeeded) this.next?.send({ kind: 'signal', signal });
    this.endIfNoneIsLeft();
  }

  reload(): void {
    this.current?.send({ kind: 'signal', signal: 'SIGHUP' });
  }

  private hear(message: Exclude<ToSupervisor, { kind: 'connection' }>, from: RecorderProcess): void {
    const { options } = this;
    if (message.kind === 'loaded') {
      options.onLoaded(message);
      this.isNextLoaded = true;
      if (this.current === null) this.open(from);
    } else if (message.kind === 'readerLoaded') {
      if (from === this.next && this.current !== null) this.makeWay(this.current);
    } else if (message.kind === 'listen') {
      options.listen(message.host, message.port).then(
        (url) => from.send({ kind: 'listening', url }),
        (error: unknown) => {
          const { code, message: why } = error as NodeJS.ErrnoException;
          from.send({ kind: 'notListening', code, message: why });
        },
      );
    } else if (message.kind === 'ready') {
      this.next = null;
      this.current = from;
      this.isLeaving = false;
      this.hasTaken = true;
      this.takesSinceMs = performance.now();
      options.connectionsTo(from);
      if (this.isStopping) from.send({ kind: 'signal', signal: 'SIGTERM' });
    } else {
      if (from !== this.current) return;
      this.released.add(from);
      this.leaveTo(0);
    }
  }

  private makeWay(current: RecorderProcess): void {
    // It is stopping: a second signal would end it at once.
    if (this.isLeaving || this.isStopping) return;
    this.isLeaving = true;
    this.options.connectionsTo(null);
    current.send({ kind: 'leave' });
  }

  private open(next: RecorderProcess): void {
    next.send({ kind: 'open', isReplacement: this.hasTaken });
  }

  /** There is no current one any more: the next one opens DATA_DIR, or has to be started. */
  private leaveTo(status: number | null): void {
    this.current = null;
    this.isLeaving = false;
    this.options.connectionsTo(null);
    if (this.next === null) this.startAgain(status);
    else if (this.isNextLoaded) this.open(this.next);
  }

  private noteExit(status: number | null, of: RecorderProcess): void {
    const { logger } = this.options;
    if (this.released.delete(of)) {
      this.endIfNoneIsLeft();
    } else if (of === this.next) {
      this.next = null;
      if (this.current !== null && !this.isLeaving) {
        if (!this.isStopping) logger.error({ status }, 'the new process did not start: the one before goes on');
      } else if (this.current === null) this.startAgain(status);
    } else {
      const wasLeaving = this.isLeaving;
      if (status === settingsWrong) this.stop('SIGTERM');
      if (!this.isStopping && !wasLeaving) {
        logger.error({ status, pid: of.pid }, 'the recorder has ended, and is started again: connections wait');
      }
      if (performance.now() - this.takesSinceMs >= steadyAfterMs) this.failedStarts = 0;
      this.leaveTo(status);
    }
  }

  private startAgain(status: number | null): void {
    if (this.isStopping || !this.hasTaken || this.failedStarts >= failedStartsMax) {
      this.isStopping = true;
      this.status = Math.max(this.status, status ?? 1);
      this.endIfNoneIsLeft();
      return;
    }
    const afterMs = this.failedStarts === 0 ? 0 : restartAfterMsLeast * 2 ** (this.failedStarts - 1);
    this.failedStarts += 1;
    this.restart = setTimeout(() => this.start(), afterMs);
  }

  private endIfNoneIsLeft(): void {
    const isNoneLeft = this.current === null && this.next === null && this.released.size === 0;
    if (this.isStopping && isNoneLeft) this.options.onEnded(this.status);
  }
}
