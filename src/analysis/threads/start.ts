import type { Clock } from '../../kernel/clock.ts';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createSemaphore } from '../../kernel/semaphore.ts';
import { builtThread, superviseWorker } from '../../kernel/supervised-worker.ts';
import type { Analyses, Analysis, AnalysisQuestion } from '../questions.ts';
import { notReady } from '../../projecting/file/reader-source.ts';
import { snapshotMsMax } from '../../projecting/file/sqlite-read-models.ts';

/** `close`: the thread closes its file. */
export type AnalysisRequest =
  | {
      readonly kind: 'ask';
      readonly file: string;
      readonly questions: readonly AnalysisQuestion[];
      readonly nowMs: number;
      readonly msMax: number;
      /** Shared between the threads. Not 0 once nobody waits for the answer. */
      readonly cancelled: Int32Array;
    }
  | { readonly kind: 'close' }
  | { readonly kind: 'stop' };

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

/** Analyses of the read models that answer. */
export interface AnalysisThreads extends Analyses {
  /** Null: there is no file, and every question is refused. */
  readFrom(file: string | null): void;
  /** Cancels the running analyses, and ends the threads. */
  close(): Promise<void>;
}

export interface AnalysisOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that one analysis may take; `snapshotMsMax` by default. */
  readonly msMax?: number;
  /** Called when reading a file has shown that it is damaged, or gone. */
  readonly onDamaged: (file: string, reason: string) => void;
}

/** Threads are started when the first questions are asked. */
export function openAnalysisThreads(options: AnalysisOptions): AnalysisThreads {
  const { clock, msMax = snapshotMsMax } = options;
  // Each waits for what two others, one after another, may take.
  const permits = createSemaphore(threadsMax, { waitingMax, waitMsMax: 2 * msMax });
  const threads = new Set<AnalysisThread>();
  const idle: AnalysisThread[] = [];
  let file: string | null = null;
  let isClosed = false;

  function startThread(): AnalysisThread {
    const thread = startAnalysisThread(options);
    threads.add(thread);
    return thread;
  }

  return {
    async ask(questions, signal) {
      if (!(await permits.acquire())) throw overloaded();
      try {
        if (file === null || isClosed) throw notReady();
        if (signal.aborted) throw cancelled();
        const thread = idle.pop() ?? startThread();
        try {
          return await thread.ask({ file, questions, nowMs: clock(), msMax }, signal);
        } finally {
          idle.push(thread);
        }
      } finally {
        permits.release();
      }
    },
    readFrom(newFile) {
      file = newFile;
      for (const thread of threads) thread.forgetFile();
    },
    async close() {
      isClosed = true;
      await Promise.all([...threads].map((thread) => thread.close()));
    },
  };
}

/** Answers one request at a time. */
interface AnalysisThread {
  ask(
    request: Pick<Extract<AnalysisRequest, { kind: 'ask' }>, 'file' | 'questions' | 'nowMs' | 'msMax'>,
    signal: AbortSignal,
  ): Promise<Analysis>;
  forgetFile(): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly cancelled: Int32Array;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: Error) => void;
}

function startAnalysisThread({ logger, onDamaged }: AnalysisOptions): AnalysisThread {
  let waiting: Waiting | null = null;
  const take = () => {
    const taken = waiting;
    waiting = null;
    return taken;
  };
  const thread = superviseWorker<AnalysisRequest, AnalysisMessage>({
    module: builtThread('analysis-worker'),
    workerData: null,
    onMessage(message) {
      const asked = take();
      if (message.kind === 'damaged') onDamaged(message.file, message.reason);
      if (message.kind === 'answered') asked?.resolve(message.analysis);
      else asked?.reject(errorOf(message));
    },
    onEnded({ reason, restartAfterMs }) {
      logger.error({ reason, restartAfterMs }, 'an analysis thread has ended, and is started again');
      take()?.reject(new Error(`The analysis thread has ended: ${reason}`));
    },
  });
  const cancel = () => {
    if (waiting !== null) Atomics.store(waiting.cancelled, 0, 1);
  };
  return {
    async ask(request, signal) {
      const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      signal.addEventListener('abort', cancel);
      try {
        return await new Promise<Analysis>((resolve, reject) => {
          waiting = { cancelled: flag, resolve, reject };
          if (!thread.post({ kind: 'ask', ...request, cancelled: flag })) {
            waiting = null;
            reject(new Error('The analysis thread has ended.'));
          }
        });
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
    forgetFile: () => void thread.post({ kind: 'close' }),
    async close() {
      cancel();
      await thread.close({ kind: 'stop' });
      take()?.reject(cancelled());
    },
  };
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
