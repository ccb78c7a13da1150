import type { ServerResponse } from 'node:http';

/** The exports that are being sent. */
export interface OpenExports {
  open(): number;
  /** Counts one more until its response is closed. False if there are too many, or the server is stopping. */
  claim(response: ServerResponse): boolean;
  /** Cuts off every export: its client sees an incomplete file, and does not delay the shutdown. */
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
