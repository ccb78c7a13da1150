/** Notices when the checkpoint of a read model moves. */
export interface CheckpointWatch {
  /** Call it when the checkpoint may have moved. */
  check(): void;
  stop(): void;
}

/** Milliseconds between two checks without a call: notifications can get lost when the thread that sends them crashes. */
export const checkpointCheckEveryMs = 1_000;

/** Calls `notify` whenever the checkpoint has moved. A read that fails is repeated with the next check. */
export function watchCheckpoint(readCheckpoint: () => bigint | null, notify: () => void): CheckpointWatch {
  let known: bigint | null = null;
  let stopped = false;
  const read = () => {
    try {
      return readCheckpoint();
    } catch {
      return known;
    }
  };
  known = read();
  const check = () => {
    // The projection stops after the readers are closed, and then reports its last batch.
    if (stopped) return;
    const checkpoint = read();
    if (checkpoint === known) return;
    known = checkpoint;
    notify();
  };
  const timer = setInterval(check, checkpointCheckEveryMs);
  return {
    check,
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
