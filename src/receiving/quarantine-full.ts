import { LedgerError, type ErrorCode } from '../kernel/errors.ts';
import type { QuarantineReason } from '../domain/quarantine/quarantine.ts';

/** 401 only for what nothing proves: a right signature, or a token in the URL, is never told to be none. */
export const quarantineFullCodes = {
  FORGED: 'NOT_AUTHENTIC',
  UNPROVEN: 'NOT_AUTHENTIC',
  EXPIRED: 'QUARANTINE_FULL',
  UNREADABLE: 'QUARANTINE_FULL',
} as const satisfies Record<QuarantineReason, ErrorCode>;

/** The refusal of what belongs in quarantine and finds no room there; `share` in its details says whose room. */
export function quarantineFull(reason: QuarantineReason): LedgerError {
  return new LedgerError(quarantineFullCodes[reason], messages[reason], { share: reason });
}

const messages: Readonly<Record<QuarantineReason, string>> = {
  FORGED:
    'The sign of the callback fits none of the callback keys of its domain, and the quarantine’s share for such callbacks is used up.',
  UNPROVEN:
    'The callback has neither sign and t nor a listed token in its URL, and the quarantine’s share for such callbacks is used up.',
  EXPIRED:
    'The t of the callback is more than 900 seconds from the clock of this server, and the quarantine’s share for such callbacks is used up; send it again later.',
  UNREADABLE: 'The body is no JSON object, and the quarantine’s share for such bodies is used up; send it again later.',
};
