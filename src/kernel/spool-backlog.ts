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
