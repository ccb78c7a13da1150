import type { UnreadableReason } from '../callbacks/json-object.ts';
import { LedgerError, type ErrorCode } from '../kernel/errors.ts';
import { StoreOverloaded, StoreUnavailable } from '../log/event-store.ts';
import { unreadableSummaries } from '../quarantine/quarantine-explanation.ts';
import type { QuarantineReason } from '../quarantine/quarantine.ts';

/** The refusal of a body that is not a JSON object and came without a listed token. */
export function bodyUnreadable(reason: UnreadableReason): LedgerError {
  const message = `${unreadableSummaries[reason]}; send the JSON object of the callback.`;
  return new LedgerError('BODY_UNREADABLE', message, { reason });
}

/**
 * The codes of a callback that the quarantine does not take: where it is full, and where too much of the sender waits. 401
 * only for callbacks without any proof: a right signature, or a token in the URL, never gets the answer for none.
 */
export const quarantineRefusalCodes = {
  FORGED: { full: 'NOT_AUTHENTIC', busy: 'QUARANTINE_FULL' },
  UNPROVEN: { full: 'NOT_AUTHENTIC', busy: 'QUARANTINE_FULL' },
  EXPIRED: { full: 'QUARANTINE_FULL', busy: 'QUARANTINE_FULL' },
  UNREADABLE: { full: 'QUARANTINE_FULL', busy: 'QUARANTINE_FULL' },
} as const satisfies Record<QuarantineReason, { readonly full: ErrorCode; readonly busy: ErrorCode }>;

const whyQuarantined: Readonly<Record<QuarantineReason, string>> = {
  FORGED:
    'The sign of the callback matches none of the callback keys of its domain: the operator adds the key of the callback template to CSS_CALLBACK_KEYS.',
  UNPROVEN:
    'The callback has neither sign and t nor a listed token in its URL: the operator ends the callback URL in a token of CSS_CALLBACK_TOKENS.',
  EXPIRED:
    'The t of the callback is more than 900 seconds from the clock of this server: the operator sets the clock by NTP.',
  UNREADABLE: 'The body is not a JSON object: send the JSON object that CSS sends.',
};

/** The refusal of a callback that the quarantine has no room for; `share` in its details is the reason. */
export function quarantineFull(reason: QuarantineReason): LedgerError {
  const message = `${whyQuarantined[reason]} The quarantine for such callbacks is full, and its oldest are being removed; send it again later.`;
  return new LedgerError(quarantineRefusalCodes[reason].full, message, { share: reason });
}

/** The refusal of a callback whose sender has too much waiting to be stored. */
export function quarantineBusy(reason: QuarantineReason): LedgerError {
  const message = `${whyQuarantined[reason]} The quarantine has room, but too many such callbacks of this sender are waiting for the disk; send it again later.`;
  return new LedgerError(quarantineRefusalCodes[reason].busy, message, { share: reason });
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
