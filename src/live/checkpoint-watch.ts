export interface CheckpointWatch {
  /** To be called when the checkpoint may have moved. */
  check(): void;
  stop(): void;
}

/**
 * Milliseconds between two looks at the checkpoint that nobody asked for: a net under wake-ups that got lost with the thread
 * that sent them.
 */
export const checkpointCheckEveryMs = 1_000;

/** Rings whenever the checkpoint has moved. What can't be read at a look is read at the next one. */
export function watchCheckpoint(readCheckpoint: () => bigint | null, ring: () => void): CheckpointWatch {
  let known = readCheckpoint();
  let stopped = false;
  const read = () => {
    try {
      return readCheckpoint();
    } catch {
      return known;
    }
  };
  const look = () => {
    // The projection ends after the readers, and tells of its last batch when there is nothing to read it with.
    if (stopped) return;
    const checkpoint = read();
    if (checkpoint === known) return;
    known = checkpoint;
    ring();
  };
  const timer = setInterval(look, checkpointCheckEveryMs);
  return {
    check: look,
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
