import { readObject, readTime } from '../callback/json-object.ts';

/** Why no callbacks could be taken. These words are in the log and never change. */
export const outageCauses = ['STOPPED', 'LOST', 'STORE_UNAVAILABLE', 'STORE_OVERLOADED'] as const;
export type OutageCause = (typeof outageCauses)[number];

/** A time in which a receiving node could not take callbacks, as that node has recorded it afterwards. */
export interface ReceivingOutage {
  /** Null with the embedded log, which has one node. */
  readonly node: string | null;
  readonly cause: OutageCause;
  /** By the node's clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Callbacks that were answered with a refusal; null where nobody could answer them. */
  readonly refused: number | null;
}

/** The stream of these events. */
export const receivingOutagesStream = 'receiving-outages';
/** The type of the event that is one whole outage. */
export const receivingOutageType = 'ReceivingOutage';

/** An outage as the data of its event. */
export function writeOutage({ node, cause, fromMs, toMs, refused }: ReceivingOutage): Buffer {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return Buffer.from(JSON.stringify({ node, cause, from, to, refused }));
}

/** Null if the data is not ours, or of a later version with another cause. */
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

/** Outages of receiving, as all nodes have recorded them. */
export interface ReceivingOutages {
  /**
   * Those that have a moment in common with a time, from a moment until another one, both inclusive: the newest at most,
   * newest first.
   */
  between(fromMs: number, toMs: number, outagesMax: number): Promise<readonly ReceivingOutage[]>;
}

/** Outages that are known of a log: of the newest that were recorded. */
export const knownOutagesMax = 10_000;
