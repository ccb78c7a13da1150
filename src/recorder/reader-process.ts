import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import type { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { endWithRefusal, type OnRefused, type Refusal } from '../connections/refusals.ts';
import { connectionsMax, connectionWaitMsMax } from '../connections/limits.ts';
import { closeUnacknowledged, PassConnections } from '../connections/pass-connections.ts';
import {
  sendable,
  StoreOverloaded,
  StoreUnavailable,
  type Append,
  type EventStore,
  type SentOutcome,
} from '../log/event-store.ts';
import type { Logger } from '../kernel/logger.ts';
import { build, installedBuild } from '../kernel/this-process.ts';
import {
  partVariable,
  type FromReader,
  type OpenedForReader,
  type ReaderQuestion,
  type RecorderReport,
  type ServiceSignal,
  type ToReader,
} from './process-messages.ts';

/** Milliseconds before a reader that ended is started again; doubled each time, up to the most, while it does not stay. */
const restartAfterMs = { least: 100, most: 30_000, steadyAfter: 10_000 } as const;

/** Milliseconds that a probe waits for the reader, which may be busy or stopped; a scrape waits longer. */
const answerMsMax = 2_000;

/** Appends of a reader that may wait: decisions and facts of operators, and alerts. */
const appendsWaitingMax = 1_000;

/** Exit status of a process whose settings are wrong. */
const settingsWrong = 2;

/** This program, as it was when this process started: a link to it may be switched to another version, for the next recorder. */
const program = process.argv.slice(1, 2).map((file) => realpathSync(file));

export interface ReaderOptions {
  /** A connection passed back, because a callback came on it, with the bytes to be read first. */
  readonly onConnection: (socket: Socket, head: Uint8Array) => void;
  /** The reader found its settings wrong before it was first loaded, and has printed that. */
  readonly onSettingsWrong: (status: number) => void;
  readonly onRefused: OnRefused;
  /** It has ended, and starts again from the files of another build, which this process may not understand. */
  readonly onOtherBuild: () => void;
  readonly logger: Logger;
}

/** What a reader may do with the log, once it is open. */
interface LogForReader extends OpenedForReader {
  /** Null if the reader appends by itself. */
  readonly append: EventStore['append'] | null;
}

/**
 * The process that answers what is no callback: this program again, started again whenever it ends. Nothing here waits for it.
 */
export class ReaderProcess {
  /** Connections for it: they wait while it is being started. */
  readonly connections: PassConnections;
  /** Resolves once its settings are valid, or it has ended for another reason. */
  readonly checked: Promise<void>;
  private onChecked: () => void = () => undefined;
  /** Resolves once it is loaded and its settings are valid. */
  readonly loaded: Promise<void>;
  private onLoaded: () => void = () => undefined;
  private child: ChildProcess | null = null;
  private log: LogForReader | null = null;
  private newestReport: RecorderReport = { spooled: null, refused: [] };
  private isReporting = false;
  private readonly questions = new Map<number, (answer: unknown) => void>();
  private newestQuestion = 0;
  private appendsWaiting = 0;
  private readonly news = { isSending: false, isMore: false };
  private isReady = false;
  private readonly hasBeen = { loaded: false, ready: false };
  private restart: NodeJS.Timeout | undefined;
  private restartAfterMs = 0;
  /** Set once it is not started again. */
  private onStopped: (() => void) | null = null;

  constructor(private readonly options: ReaderOptions) {
    const { onRefused } = options;
    this.checked = new Promise((resolve) => (this.onChecked = resolve));
    this.loaded = new Promise((resolve) => (this.onLoaded = resolve));
    this.connections = new PassConnections({
      waitingMax: connectionsMax,
      waitMsMax: connectionWaitMsMax,
      refuse: (socket) => endWithRefusal(socket, starting, onRefused),
    });
    this.start();
  }

  /** Lets it read the log. */
  open(log: LogForReader): void {
    this.log = log;
    this.sendOpen();
  }

  /** The log has more. One message at a time: a reader that does not read must not fill this process. */
  committed(): void {
    const { news } = this;
    news.isMore = true;
    if (news.isSending || this.child === null) return;
    news.isSending = true;
    news.isMore = false;
    this.send({ kind: 'committed' }, () => {
      news.isSending = false;
      if (news.isMore) setTimeout(() => this.committed(), committedEveryMs);
    });
  }

  /** What it shows of this process. One message at a time, as above: a later call repeats what was left out. */
  report(report: RecorderReport): void {
    if (this.isReporting || isDeepStrictEqual(report, this.newestReport)) return;
    this.newestReport = report;
    this.sendReport();
  }

  /** Resolves with null if it is being started, or does not answer in time. */
  ask(about: ReaderQuestion): Promise<unknown> {
    return new Promise((resolve) => {
      this.newestQuestion += 1;
      const number = this.newestQuestion;
      const settle = (answer: unknown) => {
        clearTimeout(late);
        this.questions.delete(number);
        resolve(answer);
      };
      const late = setTimeout(() => settle(null), answerMsMax);
      this.questions.set(number, settle);
      if (this.isReady) this.send({ kind: 'question', number, about });
      else settle(null);
    });
  }

  signal(signal: ServiceSignal): void {
    this.send({ kind: 'signal', signal });
  }

  /** Asks it to answer what it has and to end; resolves once it has ended. It is not started again. */
  stop(signal: ServiceSignal): Promise<void> {
    return new Promise((resolve) => {
      clearTimeout(this.restart);
      this.onStopped = resolve;
      if (this.child === null) resolve();
      else this.signal(signal);
    });
  }

  /** Ends it at once; it is not started again. */
  kill(): void {
    clearTimeout(this.restart);
    this.onStopped ??= () => undefined;
    this.child?.kill('SIGKILL');
  }

  private start(): void {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [...process.execArgv, ...program, ...process.argv.slice(2)], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [partVariable]: 'reader' },
      serialization: 'advanced',
    });
    this.child = child;
    child.on('error', () => undefined);
    child.on('message', (message: FromReader, socket) => this.hear(message, child, socket as Socket | undefined));
    child.once('exit', (status) => {
      closeUnacknowledged(child);
      this.noteExit({ status, pid: child.pid, ranMs: performance.now() - startedMs });
    });
  }

  private send(message: ToReader, sent: (error: Error | null) => void = () => undefined): void {
    if (this.child?.connected === true) this.child.send(message, sent);
  }

  private sendOpen(): void {
    if (this.log === null || !this.hasBeen.loaded) return;
    const { url, log, isFirst } = this.log;
    this.sendReport();
    this.send({ kind: 'open', url, log, isFirst: isFirst && !this.hasBeen.ready });
  }

  private sendReport(): void {
    if (this.child === null) return;
    this.isReporting = true;
    this.send({ kind: 'report', ...this.newestReport }, () => (this.isReporting = false));
  }

  private hear(message: FromReader, from: ChildProcess, socket: Socket | undefined): void {
    if (message.kind === 'connection') {
      if (socket !== undefined) this.options.onConnection(socket, message.head ?? new Uint8Array());
    } else if (message.kind === 'append') {
      void this.append(message).then((outcome) => {
        if (this.child === from) this.send({ kind: 'appended', number: message.number, outcome });
      });
    } else if (message.kind === 'answer') {
      this.questions.get(message.number)?.(message.answer);
    } else if (message.kind === 'checked') {
      this.onChecked();
    } else if (message.kind === 'loaded') {
      this.hasBeen.loaded = true;
      this.onLoaded();
      this.sendOpen();
    } else {
      this.isReady = true;
      this.hasBeen.ready = true;
      this.connections.passTo((...given) => from.connected && from.send(...given));
    }
  }

  private async append({ streamName, events, expected }: Append): Promise<SentOutcome> {
    const append = this.log?.append;
    if (append == null) return sendable(new StoreUnavailable('The log is not open.'));
    if (this.appendsWaiting >= appendsWaitingMax) return sendable(new StoreOverloaded('Too many appends are waiting.'));
    this.appendsWaiting += 1;
    try {
      return sendable(await append(streamName, events, expected));
    } catch (error) {
      return sendable(error as Error);
    } finally {
      this.appendsWaiting -= 1;
    }
  }

  private noteExit({ status, pid, ranMs }: { status: number | null; pid: number | undefined; ranMs: number }): void {
    const { logger, onSettingsWrong, onOtherBuild } = this.options;
    this.child = null;
    this.isReady = false;
    this.connections.passTo(null);
    for (const answer of [...this.questions.values()]) answer(null);
    this.news.isSending = false;
    this.isReporting = false;
    if (this.onStopped !== null) {
      this.onStopped();
      return;
    }
    if (status === settingsWrong && !this.hasBeen.loaded) onSettingsWrong(status);
    this.onChecked();
    if (ranMs >= restartAfterMs.steadyAfter) this.restartAfterMs = 0;
    const afterMs = this.restartAfterMs;
    logger.error(
      { status, pid, restartAfterMs: afterMs },
      'the reader has ended, and is started again: callbacks are taken, everything else waits',
    );
    if (![build, null].includes(installedBuild())) {
      logger.warn({}, 'another build was installed in the folder of this process: the service is replaced by it');
      onOtherBuild();
    }
    this.restart = setTimeout(() => this.start(), afterMs);
    this.restartAfterMs = Math.min(Math.max(restartAfterMs.least, 2 * afterMs), restartAfterMs.most);
  }
}

/** Milliseconds between two notifications of the reader at least. It projects no more often. */
const committedEveryMs = 10;

/** The refusal of requests that waited in vain for the reader. */
const starting: Refusal = {
  status: 503,
  error: 'STORE_UNAVAILABLE',
  message: 'The part of the service that answers this is being started. Send the request again.',
};
