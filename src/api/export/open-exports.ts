import { exportBytesPerSecondMin, exportPaceMsMin, exportsMax, exportsOfClientMax } from '../../connections/limits.ts';
import { steadyClock, type Clock } from '../../kernel/clock.ts';

/**
 * How fast a client takes an export, by the time that pages wait for it. The time in which the next page is read does not
 * count: that is not the client's.
 */
export class Pace {
  private sinceMs: number;
  private bytes = 0;
  private waitedMs = 0;
  private waitingSinceMs: number | null = null;
  /** Of the last whole period. Infinite at first: who has just begun is not slow. */
  private before = Infinity;

  constructor(private readonly elapsedMs: Clock) {
    this.sinceMs = elapsedMs();
  }

  given(bytes: number): void {
    this.endPeriod();
    this.waitingSinceMs = this.elapsedMs();
    this.bytes += bytes;
  }

  taken(): void {
    this.noteWait();
    this.waitingSinceMs = null;
    this.endPeriod();
  }

  /** Infinite if pages have waited for less than half of the time. */
  bytesPerSecond(): number {
    this.noteWait();
    this.endPeriod();
    return this.before;
  }

  private noteWait(): void {
    if (this.waitingSinceMs === null) return;
    const nowMs = this.elapsedMs();
    this.waitedMs += nowMs - this.waitingSinceMs;
    this.waitingSinceMs = nowMs;
  }

  private endPeriod(): void {
    const nowMs = this.elapsedMs();
    const periodMs = nowMs - this.sinceMs;
    if (periodMs < exportPaceMsMin) return;
    this.before = this.waitedMs * 2 < periodMs ? Infinity : (this.bytes * 1_000) / this.waitedMs;
    this.bytes = 0;
    this.waitedMs = 0;
    this.sinceMs = nowMs;
  }
}

/** The connection of an export. */
export interface ExportConnection {
  readonly destroyed: boolean;
  once(event: 'close', listener: () => void): unknown;
  /** Its client sees an incomplete file. */
  destroy(): unknown;
}

/** One of the exports that are being sent. */
export interface OpenExport {
  /** A page of this many bytes waits for the client. */
  given(bytes: number): void;
  /** The client has taken most of it: the next page is read. */
  taken(): void;
}

/** The exports that are being sent. */
export interface OpenExports {
  open(): number;
  /**
   * Counts one more until its connection is closed. If there are as many as there may be, the slowest is cut off if it is
   * slower than it may be. Null if there are too many, or the server is stopping.
   * @param client - who asks; null if everybody is the same
   */
  claim(connection: ExportConnection, client: string | null): OpenExport | null;
  /** Cuts off every export, so that none delays the shutdown. */
  stop(): void;
}

export function createOpenExports(elapsedMs: Clock = steadyClock): OpenExports {
  const exports = new Map<ExportConnection, { readonly client: string | null; readonly pace: Pace }>();
  let stopping = false;

  /** The connection of the slowest; null if all are fast enough. */
  function slowest(): ExportConnection | null {
    const [first] = [...exports]
      .map(([connection, { pace }]) => ({ connection, bytesPerSecond: pace.bytesPerSecond() }))
      .filter(({ bytesPerSecond }) => bytesPerSecond < exportBytesPerSecondMin)
      .sort((one, other) => one.bytesPerSecond - other.bytesPerSecond);
    return first?.connection ?? null;
  }

  function hasTooMany(client: string | null): boolean {
    if (client === null) return false;
    return [...exports.values()].filter((one) => one.client === client).length >= exportsOfClientMax;
  }

  return {
    open: () => exports.size,
    claim(connection, client) {
      if (stopping || connection.destroyed || hasTooMany(client)) return null;
      if (exports.size >= exportsMax) {
        const slow = slowest();
        if (slow === null) return null;
        exports.delete(slow);
        slow.destroy();
      }
      const pace = new Pace(elapsedMs);
      exports.set(connection, { client, pace });
      connection.once('close', () => exports.delete(connection));
      return pace;
    },
    stop() {
      stopping = true;
      for (const connection of exports.keys()) connection.destroy();
    },
  };
}
