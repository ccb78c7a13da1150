/** What an operator may state a fact about. */
export type FactSubject =
  | { readonly type: 'StreamSession'; readonly appId: string; readonly key: string }
  | { readonly type: 'RelayTask'; readonly appId: string; readonly key: string };

/** CLOSED: a session has ended, though no callback says so, and none is expected. NOTE: words beside a session or task. */
export type OperatorFactKind = 'CLOSED' | 'NOTE';

/** Who stated something, when and why. */
export interface Statement {
  /** The name of the token that was sent; null where it has none, or none is needed. */
  readonly by: string | null;
  /** By the clock of the node that took it. */
  readonly atMs: number;
  /** Why; of a note, what it says. */
  readonly text: string;
}

/** An event of the log by which an operator states a fact, or takes one back. */
export type FactEvent =
  | (Statement & {
      readonly kind: OperatorFactKind;
      readonly subject: FactSubject;
      /** Of CLOSED: when it ended, where the operator knows. */
      readonly endedAtMs: number | null;
    })
  | (Statement & { readonly kind: 'WITHDRAWN'; readonly subject: FactSubject; readonly withdraws: string });

/** A fact event as it is in the log. */
export type RecordedFact = FactEvent & { readonly position: bigint; readonly eventId: string };

/** A fact, and the first statement that took it back. */
export interface OperatorFact extends Statement {
  readonly position: bigint;
  readonly eventId: string;
  readonly kind: OperatorFactKind;
  readonly endedAtMs: number | null;
  readonly withdrawal: Statement | null;
}

/**
 * The facts about one subject, the oldest first, from all its events: whatever their order, the result is the same. What is taken back
 * remains, with the statement that took it back.
 */
export function foldFacts(events: readonly RecordedFact[]): OperatorFact[] {
  const inOrder = [...events].sort(compareStatements);
  const withdrawals = new Map<string, Statement>();
  for (const event of inOrder) {
    if (event.kind !== 'WITHDRAWN' || withdrawals.has(event.withdraws)) continue;
    const { by, atMs, text } = event;
    withdrawals.set(event.withdraws, { by, atMs, text });
  }
  return inOrder.flatMap((event) => {
    if (event.kind === 'WITHDRAWN') return [];
    const { position, eventId, kind, by, atMs, text, endedAtMs } = event;
    return [{ position, eventId, kind, by, atMs, text, endedAtMs, withdrawal: withdrawals.get(eventId) ?? null }];
  });
}

/** When a session ended by the newest closure that was not taken back: as stated, else when that was stated. Null: it is not closed. */
export function closedAtMsOf(facts: readonly OperatorFact[]): number | null {
  const closure = facts.findLast(({ kind, withdrawal }) => kind === 'CLOSED' && withdrawal === null);
  return closure === undefined ? null : (closure.endedAtMs ?? closure.atMs);
}

/** Nodes have clocks of their own, so of equal times the id decides, which is the same in every log. */
function compareStatements(one: RecordedFact, other: RecordedFact): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  return one.eventId < other.eventId ? -1 : 1;
}
