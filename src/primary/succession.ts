import type { Logger } from '../kernel/logger.ts';
import type { SettingsOfPrimary, ToPrimary } from './messages.ts';
import type { Outcome, ServingEvents, ServingProcess } from './serving-process.ts';

/** Milliseconds before a process that ended soon after its start is restarted; doubled each time. */
const restartAfterMsLeast = 100;

/** Starts in a row that may end early, over about 25 s. Then the primary ends, so a supervisor sees it. */
const failedStartsMax = 8;

/** Milliseconds that a process must serve for its start not to count as failed. */
const steadyAfterMs = 10_000;

export interface SuccessionOptions {
  readonly startServing: (events: ServingEvents) => ServingProcess;
  /** Sets where callbacks go; null: they wait. */
  readonly callbacksTo: (serving: ServingProcess | null) => void;
  /** Sets where other connections go; null: they wait. */
  readonly connectionsTo: (serving: ServingProcess | null) => void;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onLoaded: (settings: SettingsOfPrimary) => void;
  /** Resolves with the URL; the port stays open from then on. */
  readonly listen: (host: string, port: number) => Promise<string>;
  /** Closes the port, and resolves once everything accepted is answered. */
  readonly drain: () => Promise<void>;
  /** No process serves any more. */
  readonly onEnded: (status: number) => void;
  readonly logger: Logger;
}

/** Decides which process serves, and which is next. One has DATA_DIR at a time. */
export class Succession {
  private serving: ServingProcess | null = null;
  /** It must stop, so that the next one can open DATA_DIR. */
  private isLeaving = false;
  private next: ServingProcess | null = null;
  private hasServed = false;
  private servesSinceMs = 0;
  private failedStarts = 0;
  private restart: NodeJS.Timeout | undefined;
  private drained: Promise<void> | null = null;

  constructor(private readonly options: SuccessionOptions) {}

  start(): void {
    this.next = this.options.startServing({
      onMessage: (message, from) => this.hear(message, from),
      onOutcome: this.options.onOutcome,
      onExit: (status, of) => this.noteExit(status, of),
    });
  }

  /** Replaces the serving process by a new one. It goes on if the new one can't be loaded. */
  replace(): void {
    const { logger } = this.options;
    if (this.drained !== null || this.next !== null || this.serving === null) {
      logger.warn({}, 'the process is being started or stopped already, and is not replaced');
      return;
    }
    logger.info({ servingPid: this.serving.pid }, 'a new process is started, to replace the one that serves');
    this.start();
  }

  /** Ends every process once it has answered what it took; at the second call, at once. */
  stop(signal: NodeJS.Signals): void {
    clearTimeout(this.restart);
    const isFirst = this.drained === null;
    this.drained ??= this.options.drain();
    if (!(isFirst && this.isLeaving)) this.serving?.send({ kind: 'signal', signal });
    // The next process answers what waits, and is then stopped.
    const isNeeded = isFirst && this.hasServed && (this.serving === null || this.isLeaving);
    if (!isNeeded) this.next?.send({ kind: 'signal', signal });
    if (this.serving === null && this.next === null) this.end(0);
  }

  reload(): void {
    this.serving?.send({ kind: 'signal', signal: 'SIGHUP' });
  }

  private hear(message: ToPrimary, from: ServingProcess): void {
    const { options } = this;
    if (message.kind === 'loaded') {
      options.onLoaded(message);
      this.makeWay(from);
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
      this.serving = from;
      this.isLeaving = false;
      this.hasServed = true;
      this.servesSinceMs = performance.now();
      options.callbacksTo(from);
      options.connectionsTo(from);
      if (this.drained !== null) from.send({ kind: 'signal', signal: 'SIGTERM' });
    } else {
      void this.endLink(from);
    }
  }

  private makeWay(next: ServingProcess): void {
    if (this.serving === null) {
      this.open(next);
      return;
    }
    // It is stopping: a second signal would end it at once.
    if (this.isLeaving || this.drained !== null) return;
    this.isLeaving = true;
    this.options.connectionsTo(null);
    this.serving.send({ kind: 'signal', signal: 'SIGTERM' });
  }

  private open(next: ServingProcess): void {
    next.send({ kind: 'open', isReplacement: this.hasServed });
  }

  /** It gets no more callbacks, answers those it has, and closes. */
  private async endLink(from: ServingProcess): Promise<void> {
    await this.drained;
    if (this.serving === from) this.options.callbacksTo(null);
    from.link.end();
  }

  private noteExit(status: number | null, of: ServingProcess): void {
    const { logger } = this.options;
    if (of === this.next) {
      this.next = null;
      if (this.serving !== null && !this.isLeaving) {
        if (this.drained === null) logger.error({ status }, 'the new process did not start: the one before goes on');
        return;
      }
      if (this.serving === null) this.startAgain(status);
      return;
    }
    const wasLeaving = this.isLeaving;
    this.serving = null;
    this.isLeaving = false;
    this.options.callbacksTo(null);
    this.options.connectionsTo(null);
    if (wasLeaving && this.next !== null) {
      this.open(this.next);
      return;
    }
    if (this.drained === null && !wasLeaving) {
      logger.error(
        { status, pid: of.pid },
        'the serving process has ended, and is replaced: what arrives meanwhile waits',
      );
    }
    if (performance.now() - this.servesSinceMs >= steadyAfterMs) this.failedStarts = 0;
    this.startAgain(status);
  }

  private startAgain(status: number | null): void {
    if (this.drained !== null || !this.hasServed || this.failedStarts >= failedStartsMax) {
      this.end(status ?? 1);
      return;
    }
    // It is being loaded already, as a replacement.
    if (this.next !== null) return;
    const afterMs = this.failedStarts === 0 ? 0 : restartAfterMsLeast * 2 ** (this.failedStarts - 1);
    this.failedStarts += 1;
    this.restart = setTimeout(() => this.start(), afterMs);
  }

  private end(status: number): void {
    void (this.drained ?? Promise.resolve()).then(() => this.options.onEnded(status));
  }
}
