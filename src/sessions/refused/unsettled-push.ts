import { refusingCodes } from '../interruption-codes.ts';
import { merged, unknownAccount, withCallback, type SessionCallback, type StreamSession } from '../stream-session.ts';

// Which session a callback belongs to, or whether it belongs to one, may depend on callbacks that have not arrived: a refused push is none
// until its push callback arrives, and a callback without an account belongs to the one account that has its sequence.

/** The fold of the callbacks of one sequence that name the same account, or that name none. */
export interface PushPart {
  readonly session: StreamSession;
  /** Whether all of them are interruptions that say that the push was refused. */
  readonly isRefused: boolean;
}

/** Whether the callback, alone, says that a push was refused. CSS sends no push callback for such a push (inferred). */
export function isRefusal(callback: SessionCallback): boolean {
  return callback.kind === 'INTERRUPTION' && refusingCodes.includes(callback.endCode);
}

/** Folds a callback's first arrival into its part (`null` if it is the first). */
export function partWith(
  part: PushPart | null,
  callback: SessionCallback,
  digest: string,
  receivedAtMs: number,
): PushPart {
  return {
    session: withCallback(part?.session ?? null, callback, digest, receivedAtMs),
    isRefused: (part?.isRefused ?? true) && isRefusal(callback),
  };
}

/** The part of callbacks that name no account. */
export function partWithoutAccount(parts: readonly PushPart[]): PushPart | null {
  return partOf(parts, unknownAccount);
}

/** What is known of the sequence from the callbacks that name this account; null: none does. */
export function partOf(parts: readonly PushPart[], appId: string): PushPart | null {
  return parts.find(({ session }) => session.appId === appId) ?? null;
}

/**
 * The pushes that the parts of one sequence are of. Callbacks that name no account are of the one account that others name; if others name
 * several or none, they are a push of their own.
 */
export function pushesOf(parts: readonly PushPart[]): readonly PushPart[] {
  const without = partWithoutAccount(parts);
  const [own, ...more] = parts.filter((part) => part !== without);
  if (without === null || own === undefined || more.length > 0) return parts;
  return [{ session: merged(own.session, without.session), isRefused: own.isRefused && without.isRefused }];
}

/** The account of the push that the part of an account belongs to. */
export function accountOfPart(pushes: readonly PushPart[], appId: string): string | null {
  return (partOf(pushes, appId) ?? pushes[0])?.session.appId ?? null;
}
