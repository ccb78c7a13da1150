/** The session or task that an operator states a fact about. */
export type FactSubject =
  | { readonly type: 'StreamSession'; readonly appId: string; readonly key: string }
  | { readonly type: 'RelayTask'; readonly appId: string; readonly key: string };

/**
 * CLOSED: a session has ended although no callback says so, and none is expected. NOTE: a text attached to a session or
 * task.
 */
export type OperatorFactKind = 'CLOSED' | 'NOTE';

/** Who stated something, when and why. */
export interface Statement {
  /** The name of the token that was sent; null if it has no name, or no token is needed. */
  readonly by: string | null;
  /** By the clock of the node that recorded it. */
  readonly atMs: number;
  /** The reason; for a note, the note itself. */
  readonly text: string;
}

/** An event of the log by which an operator states a fact or withdraws one. */
export type FactEvent =
  | (Statement & {
      readonly kind: OperatorFactKind;
      readonly subject: FactSubject;
      /** CLOSED only: when the session ended, if the operator knows. */
      readonly endedAtMs: number | null;
    })
  | (Statement & { readonly kind: 'WITHDRAWN'; readonly subject: FactSubject; readonly withdraws: string });

/** A fact event with its position in the log. */
export type RecordedFact = FactEvent & { readonly position: bigint; readonly eventId: string };

/** A fact, and the first statement that withdrew it. */
export interface OperatorFact extends Statement {
  readonly position: bigint;
  readonly eventId: string;
  readonly kind: OperatorFactKind;
  readonly endedAtMs: number | null;
  readonly withdrawal: Statement | null;
}

/**
 * Folds all events about one subject into its facts, the oldest first. The order of the events does not matter. A
 * withdrawn fact stays, with the statement that withdrew it.
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

/**
 * When a session ended, by the newest closure that was not withdrawn: the time it states, or else the time of the
 * statement. In whole seconds, as the times of sessions are. Null: the session is not closed.
 */
export function closedAtMsOf(facts: readonly OperatorFact[]): number | null {
  const closure = facts.findLast(({ kind, withdrawal }) => kind === 'CLOSED' && withdrawal === null);
  return closure === undefined ? null : Math.floor((closure.endedAtMs ?? closure.atMs) / 1_000) * 1_000;
}

/**
 * Nodes have different clocks, so two statements may have the same time. Then the event id decides: it is the same in
 * every log.
 */
function compareStatements(one: RecordedFact, other: RecordedFact): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  return one.eventId < other.eventId ? -1 : 1;
}

/** Facts and withdrawals about one session or task at most, so that an answer stays small; more are refused. */
export const factEventsMax = 200;
