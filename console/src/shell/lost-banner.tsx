import { connection } from '../api/connection.ts';
import { useStore } from '../api/hooks.ts';
import { showClockBeside } from '../format/shown.ts';
import { useNow } from '../parts/use-now.ts';
import { t } from '../translations/translate.ts';

/** Says across the page that what is shown is not current. The page reconnects by itself. */
export function LostBanner() {
  const { state, since } = useStore(connection);
  const nowMs = useNow();
  if (state !== 'lost') return null;
  return <p className="lost-banner">{t('connection.lost', { time: showClockBeside(since, nowMs) })}</p>;
}
