import { quarantineBounds, type QuarantineBounds } from '../../src/quarantine/keeping/share.ts';
import type { QuarantineReason } from '../../src/quarantine/quarantine.ts';

/** The product's bounds with less room, and none above it: what does not fit is refused at once. */
export function boundsWith(
  bytesMax: Partial<Record<QuarantineReason, number>>,
  given: Partial<QuarantineBounds> = {},
): QuarantineBounds {
  return { ...quarantineBounds, slackBytes: 0, ...given, bytesMax: { ...quarantineBounds.bytesMax, ...bytesMax } };
}
