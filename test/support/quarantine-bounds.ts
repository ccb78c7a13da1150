import { quarantineBounds, type QuarantineBounds, type ShareBounds } from '../../src/quarantine/share.ts';
import type { QuarantineReason } from '../../src/domain/quarantine/quarantine.ts';

/** The bounds of the product, with narrower shares where a test says so. */
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
