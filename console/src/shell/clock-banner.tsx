import { useStore } from '../api/hooks.ts';
import { serverAheadMs } from '../api/server-clock.ts';
import { showDuration } from '../format/shown.ts';
import { t } from '../translations/translate.ts';

/** Milliseconds from which a wrong clock is reported: a reader who compares with a watch would be misled. */
const offMsMin = 30_000;

/** Says that the clock of this device is wrong, and that the page shows times by the server's. */
export function ClockBanner() {
  const aheadMs = useStore(serverAheadMs);
  if (Math.abs(aheadMs) <= offMsMin) return null;
  const off = showDuration(Math.abs(aheadMs));
  return <p className="clock-banner">{t(aheadMs > 0 ? 'clock.behind' : 'clock.ahead', { off })}</p>;
}
