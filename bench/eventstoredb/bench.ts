import { randomUUID } from 'node:crypto';

/** The settings of each part of the bench. */
export interface Bench {
  /** The server's connection string. */
  readonly url: string;
  /** The folder for data directories. */
  readonly folder: string;
  readonly rounds: number;
  /** Milliseconds to measure each rate. */
  readonly ms: number;
  /** Events in the log to catch up with. */
  readonly events: number;
}

/** A prefix not yet used on the server. */
export function newPrefix(): string {
  return `bench_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

/** Share of relay tasks' callbacks. */
export const relayShare = 0.2;
