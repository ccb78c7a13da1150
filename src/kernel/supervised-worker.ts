import { Worker } from 'node:worker_threads';
import { build, packageFolder } from './this-process.ts';

/** Milliseconds before an ended thread is restarted; doubled each time it ends before sending a message. */
const restartAfterMsLeast = 100;
const restartAfterMsMost = 5_000;

interface SupervisedWorkerOptions<Message> {
  readonly module: URL;
  readonly workerData: unknown;
  readonly onMessage: (message: Message) => void;
  /** The thread ended without being closed. `hadBegun`: it had sent a message. */
  readonly onEnded: (ended: { reason: string; hadBegun: boolean; restartAfterMs: number }) => void;
}

/** A thread that is restarted whenever it ends, until it is closed. */
export type SupervisedWorker<Request> = ReturnType<typeof superviseWorker<Request, unknown>>;

/** Starts the thread. If it ends, requests not yet answered are lost; `onEnded` informs the caller. */
export function superviseWorker<Request, Message>({
  module,
  workerData,
  onMessage,
  onEnded,
}: SupervisedWorkerOptions<Message>) {
  let worker: Worker | null = null;
  let restart: NodeJS.Timeout | undefined;
  let restartAfterMs = restartAfterMsLeast;
  let closed: Promise<void> | null = null;
  let whenEnded: () => void = () => undefined;

  const start = () => {
    const started = new Worker(module, { workerData });
    let reason = 'it was terminated';
    let hadBegun = false;
    worker = started;
    started.on('message', (message: Message) => {
      hadBegun = true;
      restartAfterMs = restartAfterMsLeast;
      onMessage(message);
    });
    started.on('error', (error) => {
      reason = error.message;
    });
    started.on('exit', () => {
      worker = null;
      if (closed === null) {
        restart = setTimeout(start, restartAfterMs);
        const afterMs = restartAfterMs;
        restartAfterMs = Math.min(restartAfterMs * 2, restartAfterMsMost);
        onEnded({ reason, hadBegun, restartAfterMs: afterMs });
      } else whenEnded();
    });
  };
  start();

  return {
    /** False if no thread is running now: nothing was sent. */
    post(request: Request, transfer: readonly ArrayBuffer[] = []): boolean {
      worker?.postMessage(request, transfer);
      return worker !== null;
    },
    /** Sends a last request, at which the thread must end, and resolves once it has. */
    close(last: Request): Promise<void> {
      closed ??= new Promise((resolve) => {
        clearTimeout(restart);
        whenEnded = resolve;
        if (worker === null) resolve();
        else worker.postMessage(last);
      });
      return closed;
    },
  };
}

/**
 * The URL of a thread's module. Node 20 loads no TypeScript in threads, so they always run the build: that of this process,
 * even if another one has been installed since.
 */
export function builtThread(name: string): URL {
  return new URL(`dist/threads/${name}-${build}.js`, packageFolder);
}
