/** Events in this process's spool that wait for the log. */
export interface SpoolBacklog {
  /** Events that wait to be appended to the log. */
  readonly events: number;
  /** Bytes of their data and metadata. */
  readonly bytes: number;
  /** Milliseconds since the oldest of them arrived; 0 if none waits. */
  readonly oldestAgeMs: number;
  /** Events that the log refuses permanently: they stay in the spool, and block no others. */
  readonly eventsRefused: number;
}

/** Why a node is not ready: a closed list. docs/operations.md has the same texts, and the remedies. */
export const notReadyReasons = {
  STOPPING: 'The process is stopping: it answers open requests and accepts no new connections.',
  STORE_UNAVAILABLE: 'The newest callback could not be made durable.',
  STORE_OVERLOADED: 'The newest callback was refused, because too many others were waiting to be made durable.',
  READER_UNAVAILABLE: 'The reader is being started, or does not answer. Callbacks are taken.',
  PROJECTION_STALLED: 'The projector cannot read the log or write its rows, and retries.',
  PROJECTION_LAGS: 'Query results are more than 30 seconds behind the log.',
  DISK_NEARLY_FULL:
    'No more is left on the disk than is kept for callbacks: they are recorded, and query results stay as they are.',
  READ_MODEL_UNREADABLE: 'The read model cannot be read.',
  READ_MODEL_BUILDING: 'The read models are being built, and there are none to answer from meanwhile.',
} as const;

export type NotReadyReason = keyof typeof notReadyReasons;

/** One thing that a node needs to be ready. */
export interface ReadinessCheck {
  readonly name: 'connections' | 'store' | 'reader' | 'projection' | 'disk' | 'read_model';
  readonly ok: boolean;
  /** Null if `ok`. */
  readonly reason: NotReadyReason | null;
}

/** The check of this name: not ready if there is a reason. */
export function readinessCheck(name: ReadinessCheck['name'], reason: NotReadyReason | null): ReadinessCheck {
  return { name, ok: reason === null, reason };
}
