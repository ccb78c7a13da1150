/** What may wait in a spool. Whatever is over it is refused when it comes; nothing that waits is ever dropped. */
export interface SpoolBounds {
  /** Bytes of data and metadata that may wait. */
  readonly bytesMax: number;
  /** Milliseconds that the oldest may have waited while more is taken. */
  readonly ageMaxMs: number;
}

/** Bytes: 1 GiB, a million callbacks of 1 KB. The file of the spool takes somewhat more. */
export const spoolBytesMax = 1024 * 1024 * 1024;

/** Milliseconds: 7 days. An event store that is away for longer will hardly come back by itself. */
export const spoolAgeMaxMs = 7 * 24 * 3_600_000;

export const spoolBounds: SpoolBounds = { bytesMax: spoolBytesMax, ageMaxMs: spoolAgeMaxMs };
