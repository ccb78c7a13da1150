import { quarantineBounds, type QuarantineBounds, type ShareBounds } from '../../src/quarantine/share.ts';
import type { QuarantineReason } from '../../src/domain/quarantine/quarantine.ts';

/** The product's bounds, with narrower shares if a test gives them. */
export function boundsWith(
  shares: Partial<Record<QuarantineReason, Partial<ShareBounds>>>,
  ageMaxMs = quarantineBounds.ageMaxMs,
): QuarantineBounds {
  const shareOf = (reason: QuarantineReason) => ({ ...quarantineBounds.shares[reason], ...shares[reason] });
  return {
    ...quarantineBounds,
    ageMaxMs,
    shares: {
      FORGED: shareOf('FORGED'),
      UNPROVEN: shareOf('UNPROVEN'),
      EXPIRED: shareOf('EXPIRED'),
      UNREADABLE: shareOf('UNREADABLE'),
    },
  };
}
