import type { Clock } from '../../kernel/clock.ts';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { itself, type Asker, type Scope } from '../../kernel/scope.ts';
import { createSemaphore, type Semaphore } from '../../kernel/semaphore.ts';
import { builtThread, superviseWorker, type SupervisedWorker } from '../../kernel/supervised-worker.ts';
import { notReady } from '../../projecting/file/reader-source.ts';
import type { BroadcastsAnswer, BroadcastsQuestion } from '../broadcasts/broadcasts.ts';
import type { MissingCallbacksAnswer, MissingCallbacksQuestion } from '../missing/missing-callbacks.ts';
import type {
  CallbackFigures,
  CallbackStatisticsQuestion,
  RelayTaskFigures,
  RelayTaskStatisticsQuestion,
  RefusedPushFigures,
  RefusedPushStatisticsQuestion,
  TypedFigures,
  TypedStatisticsQuestion,
} from '../statistics/happenings.ts';
import type {
  ConcurrencyAnswer,
  ConcurrencyQuestion,
  SessionFigures,
  SessionStatisticsQuestion,
} from '../statistics/session-statistics.ts';
import type { StatisticsAnswer } from '../statistics/statistics.ts';
import type { UptimeAnswer, UptimeQuestion } from '../uptime/uptime.ts';

/** A question that examines so many rows that a worker thread answers it. */
export type AnalysisQuestion =
  | SessionStatisticsQuestion
  | RelayTaskStatisticsQuestion
  | CallbackStatisticsQuestion
  | RefusedPushStatisticsQuestion
  | TypedStatisticsQuestion
  | ConcurrencyQuestion
  | UptimeQuestion
  | BroadcastsQuestion
  | MissingCallbacksQuestion;

interface Answers {
  readonly streamSessionStatistics: StatisticsAnswer<SessionFigures>;
  readonly relayTaskStatistics: StatisticsAnswer<RelayTaskFigures>;
  readonly callbackStatistics: StatisticsAnswer<CallbackFigures>;
  readonly refusedPushStatistics: StatisticsAnswer<RefusedPushFigures>;
  readonly typedStatistics: StatisticsAnswer<TypedFigures>;
  readonly concurrency: ConcurrencyAnswer;
  readonly streamUptime: UptimeAnswer;
  readonly broadcasts: BroadcastsAnswer;
  readonly missingCallbacks: MissingCallbacksAnswer;
}

/** The answer to one kind of question. */
export type AnswerOf<Question extends AnalysisQuestion> = Answers[Question['kind']];

/** Answers to several questions, in their order, all from one state of the read models. */
export interface Analysis {
  /** The position up to which that state is projected. */
  readonly checkpoint: bigint | null;
  /** Version of the projection. */
  readonly version: number;
  readonly answers: readonly AnswerOf<AnalysisQuestion>[];
}

/** Answers questions on worker threads: a limited number at once, each for a limited time. */
export interface Analyses {
  /**
   * Answers all questions of a call from one state, by what is inside the scope of whoever asks; by default by everything. Ends early once the
   * signal is aborted.
   * @throws LedgerError - OPERATION_TIMEOUT, QUERIES_OVERLOADED, OPERATION_TOO_COSTLY, STORE_UNAVAILABLE
   */
  ask(questions: readonly AnalysisQuestion[], signal: AbortSignal, asker?: Asker): Promise<Analysis>;
}

/** What a thread is asked. */
export interface Asked {
  readonly file: string;
  readonly questions: readonly AnalysisQuestion[];
  readonly scope: Scope | null;
  readonly nowMs: number;
  readonly msMax: number;
  /** Shared between the threads. Not 0 once nobody waits for the answer. */
  readonly cancelled: Int32Array;
}

/** `close`: the thread closes its file. */
export type AnalysisRequest =
  ({ readonly kind: 'ask' } & Asked) | { readonly kind: 'close' } | { readonly kind: 'stop' };

/** The one answer of a thread to each `ask`. */
export type AnalysisMessage =
  | { readonly kind: 'answered'; readonly analysis: Analysis }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly file: string; readonly reason: string };

/** Analyses answered at a time. A long one leaves a thread to others, and callbacks keep a core of a small machine. */
const threadsMax = 2;

/** How many more may wait for a thread. */
const waitingMax = 100;

interface AnalysisOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that one analysis may take: STATISTICS_MAX_MS. */
  readonly msMax: number;
  /** Called when reading a file has shown that it is damaged, or gone. */
  readonly onDamaged: (file: string, reason: string) => void;
}

/** Analyses of the read models that answer. Threads are started when the first questions are asked. */
export class AnalysisThreads implements Analyses {
  private readonly msMax: number;
  private readonly permits: Semaphore;
  private readonly threads = new Set<AnalysisThread>();
  private readonly idle: AnalysisThread[] = [];
  private file: string | null = null;
  private isClosed = false;

  constructor(private readonly options: AnalysisOptions) {
    this.msMax = options.msMax;
    // Each waits for what two others, one after another, may take.
    this.permits = createSemaphore(threadsMax, { waitingMax, waitMsMax: 2 * this.msMax });
  }

  async ask(
    questions: readonly AnalysisQuestion[],
    signal: AbortSignal,
    { scope, client }: Asker = itself,
  ): Promise<Analysis> {
    if (!(await this.permits.acquire(client))) throw overloaded();
    try {
      const { file, msMax } = this;
      if (file === null || this.isClosed) throw notReady();
      if (signal.aborted) throw cancelled();
      const thread = this.idle.pop() ?? this.startThread();
      try {
        return await thread.ask({ file, questions, scope, nowMs: this.options.clock(), msMax }, signal);
      } finally {
        this.idle.push(thread);
      }
    } finally {
      this.permits.release(client);
    }
  }

  /** Null: there is no file, and every question is refused. */
  readFrom(file: string | null): void {
    this.file = file;
    for (const thread of this.threads) thread.forgetFile();
  }

  /** Cancels the running analyses, and ends the threads. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.threads].map((thread) => thread.close()));
  }

  private startThread(): AnalysisThread {
    const thread = new AnalysisThread(this.options);
    this.threads.add(thread);
    return thread;
  }
}

interface Waiting {
  readonly cancelled: Int32Array;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: Error) => void;
}

/** Answers one request at a time. */
class AnalysisThread {
  private waiting: Waiting | null = null;
  private readonly thread: SupervisedWorker<AnalysisRequest>;

  constructor({ logger, onDamaged }: AnalysisOptions) {
    this.thread = superviseWorker<AnalysisRequest, AnalysisMessage>({
      module: builtThread('analysis-worker'),
      workerData: null,
      onMessage: (message) => {
        const asked = this.take();
        if (message.kind === 'damaged') onDamaged(message.file, message.reason);
        if (message.kind === 'answered') asked?.resolve(message.analysis);
        else asked?.reject(errorOf(message));
      },
      onEnded: ({ reason, restartAfterMs }) => {
        logger.error({ reason, restartAfterMs }, 'an analysis thread has ended, and is started again');
        this.take()?.reject(new Error(`The analysis thread has ended: ${reason}`));
      },
    });
  }

  async ask(request: Omit<Asked, 'cancelled'>, signal: AbortSignal): Promise<Analysis> {
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const cancel = () => this.cancel();
    signal.addEventListener('abort', cancel);
    try {
      return await new Promise<Analysis>((resolve, reject) => {
        this.waiting = { cancelled: flag, resolve, reject };
        if (!this.thread.post({ kind: 'ask', ...request, cancelled: flag })) {
          this.waiting = null;
          reject(new Error('The analysis thread has ended.'));
        }
      });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  forgetFile(): void {
    this.thread.post({ kind: 'close' });
  }

  async close(): Promise<void> {
    this.cancel();
    await this.thread.close({ kind: 'stop' });
    this.take()?.reject(cancelled());
  }

  private cancel(): void {
    if (this.waiting !== null) Atomics.store(this.waiting.cancelled, 0, 1);
  }

  private take(): Waiting | null {
    const taken = this.waiting;
    this.waiting = null;
    return taken;
  }
}

function errorOf(message: Exclude<AnalysisMessage, { kind: 'answered' }>): Error {
  switch (message.kind) {
    case 'cancelled':
      return cancelled();
    case 'refused':
      return new LedgerError(message.code, message.message);
    case 'damaged':
      return notReady();
    case 'failed':
      return new Error(message.reason);
  }
}

function cancelled(): LedgerError {
  return new LedgerError('OPERATION_TIMEOUT', 'The operation ended before it was answered. Send it again.');
}

function overloaded(): LedgerError {
  return new LedgerError(
    'QUERIES_OVERLOADED',
    `${threadsMax} analyses are being answered, and too many others wait. Send it again after a second.`,
  );
}
