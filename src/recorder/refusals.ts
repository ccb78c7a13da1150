import { LedgerError, type ErrorCode } from '../kernel/errors.ts';
import type { UnreadableReason } from '../domain/callback/json-object.ts';
import { unreadableSummaries } from '../domain/quarantine/quarantine-explanation.ts';
import type { QuarantineReason } from '../domain/quarantine/quarantine.ts';
import { StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';

/** The refusal of a body that is not a JSON object and came without a listed token. */
export function bodyUnreadable(reason: UnreadableReason): LedgerError {
  const message = `${unreadableSummaries[reason]}; send the JSON object of the callback.`;
  return new LedgerError('BODY_UNREADABLE', message, { reason });
}

/** 401 only for callbacks without any proof: a right signature, or a token in the URL, never gets the answer for none. */
export const quarantineFullCodes = {
  FORGED: 'NOT_AUTHENTIC',
  UNPROVEN: 'NOT_AUTHENTIC',
  EXPIRED: 'QUARANTINE_FULL',
  UNREADABLE: 'QUARANTINE_FULL',
} as const satisfies Record<QuarantineReason, ErrorCode>;

const quarantineFullMessages: Readonly<Record<QuarantineReason, string>> = {
  FORGED:
    'The sign of the callback matches none of the callback keys of its domain, and the quarantine’s share for such callbacks is full.',
  UNPROVEN:
    'The callback has neither sign and t nor a listed token in its URL, and the quarantine’s share for such callbacks is full.',
  EXPIRED:
    'The t of the callback is more than 900 seconds from the clock of this server, and the quarantine’s share for such callbacks is full; send it again later.',
  UNREADABLE: 'The body is not a JSON object, and the quarantine’s share for such bodies is full; send it again later.',
};

/** The refusal of a callback that the quarantine has no room for; `share` in its details is the reason. */
export function quarantineFull(reason: QuarantineReason): LedgerError {
  return new LedgerError(quarantineFullCodes[reason], quarantineFullMessages[reason], { share: reason });
}

/** The refusal that answers an error; null if the error is a fault. */
export function toRefusal(error: unknown): LedgerError | null {
  if (error instanceof LedgerError) return error;
  if (!(error instanceof StoreOverloaded || error instanceof StoreUnavailable)) return null;
  const code = error instanceof StoreOverloaded ? 'STORE_OVERLOADED' : 'STORE_UNAVAILABLE';
  const mayBeStored = error instanceof StoreUnavailable && error.mayBeStored;
  const message = mayBeStored
    ? 'The callback was not made durable in time and may be stored or not; send it again.'
    : 'The callback could not be made durable and was not stored; send it again.';
  return new LedgerError(code, message, { reason: error.message }, { cause: error });
}
