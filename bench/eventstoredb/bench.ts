import { randomUUID } from 'node:crypto';

/** What each part of the bench is given. */
export interface Bench {
  /** Of the server. */
  readonly url: string;
  /** For data directories. */
  readonly folder: string;
  readonly rounds: number;
  /** Milliseconds that one rate is measured for. */
  readonly ms: number;
  /** In the log that is caught up with. */
  readonly events: number;
}

/** A prefix that nothing on the server has yet. */
export function newPrefix(): string {
  return `bench_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

/** Part of the callbacks that are of relay tasks. */
export const relayShare = 0.2;
