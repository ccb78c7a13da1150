/** How the log records alerts: each message that is sent is first an event. These names never change. */

/** Type of the event that records which alerts of a rule began. */
export const alertBegan = 'AlertBegan';
/** Type of the event that records which alerts of a rule ended. */
export const alertEnded = 'AlertEnded';
/** The type of any event in the stream of a rule. */
export type AlertEventType = typeof alertBegan | typeof alertEnded;

/** What an alert is about, such as a stream, while it meets the condition of its rule. */
export interface AlertSubject {
  /** Always the same for the same subject. */
  readonly key: string;
  /** What is wrong, in one sentence, without secrets. */
  readonly summary: string;
  /** Names, codes and counts, but neither secrets nor addresses. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A subject whose alert has begun. */
export interface Alert extends AlertSubject {
  /** The same in the event that begins the alert and in the one that ends it; unique to this alert. */
  readonly id: string;
  readonly beganAtMs: number;
}

/** The stream that records the alerts of a rule. */
export function alertStreamOf(rule: string): string {
  return `alert-${rule}`;
}

/** The name of a target's progress in EventStoreDB. Names of forwarding targets contain no slash, so the two never collide. */
export function alertLeaseOf(target: string): string {
  return `alerts/${target}`;
}
