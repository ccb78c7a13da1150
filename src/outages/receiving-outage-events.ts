import { readObject, readTime } from '../callbacks/json-object.ts';

/** Why a node could not receive callbacks. The log uses these words, so they never change. */
export const outageCauses = ['STOPPED', 'LOST', 'STORE_UNAVAILABLE', 'STORE_OVERLOADED'] as const;
export type OutageCause = (typeof outageCauses)[number];

/** A period in which a receiving node could not receive callbacks, as the node recorded it afterwards. */
export interface ReceivingOutage {
  /** Null with the embedded log, which has one node. */
  readonly node: string | null;
  readonly cause: OutageCause;
  /** By the node's clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Callbacks that the node refused; null if it could not answer at all. */
  readonly refused: number | null;
}

/** The stream that has the outages of every node. */
export const receivingOutagesStream = 'receiving-outages';
/** Type of the event that records one whole outage. */
export const receivingOutageType = 'ReceivingOutage';

/** An outage as the data of its event. */
export function writeOutage({ node, cause, fromMs, toMs, refused }: ReceivingOutage): Buffer {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return Buffer.from(JSON.stringify({ node, cause, from, to, refused }));
}

/** Null if the data is not ours, or a later version wrote it with another cause. */
export function readOutage(data: Uint8Array): ReceivingOutage | null {
  const value = readObject(data);
  const cause = outageCauses.find((known) => known === value['cause']);
  const [fromMs, toMs] = [readTime(value['from']), readTime(value['to'])];
  if (cause === undefined || fromMs === null || toMs === null) return null;
  const { node, refused } = value;
  return {
    node: typeof node === 'string' ? node : null,
    cause,
    fromMs,
    toMs,
    refused: Number.isSafeInteger(refused) ? (refused as number) : null,
  };
}

/** Outages of receiving that any node recorded. */
export interface ReceivingOutages {
  /**
   * Outages that overlap the period from `fromMs` to `toMs`, both inclusive: the newest `outagesMax` of them, newest
   * first.
   */
  between(fromMs: number, toMs: number, outagesMax: number): Promise<readonly ReceivingOutage[]>;
}

/** Outages kept for one log: the most recently recorded ones. */
export const knownOutagesMax = 10_000;
