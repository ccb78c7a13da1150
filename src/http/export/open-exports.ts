import type { ServerResponse } from 'node:http';

/** The exports that are being sent. */
export interface OpenExports {
  open(): number;
  /** Counts one more until its response is closed. False where there are too many, or the server stops. */
  claim(response: ServerResponse): boolean;
  /** Cuts them off: a client sees that its file is not complete, and does not delay the end. */
  stop(): void;
}

/** @param atOnceMax - exports that may be sent at a time */
export function createOpenExports(atOnceMax: number): OpenExports {
  const responses = new Set<ServerResponse>();
  let stopping = false;
  return {
    open: () => responses.size,
    claim(response) {
      if (stopping || responses.size >= atOnceMax || response.destroyed) return false;
      responses.add(response);
      response.once('close', () => responses.delete(response));
      return true;
    },
    stop() {
      stopping = true;
      for (const response of responses) response.destroy();
    },
  };
}
