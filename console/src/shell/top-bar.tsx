import { timeZone } from '../format/shown.ts';
import { useStore } from '../api/hooks.ts';
import { token } from '../api/token.ts';
import { t } from '../translations/translate.ts';
import { ConnectionMark } from './connection-mark.tsx';
import { SearchBox } from './search-box.tsx';

export function TopBar() {
  const isSignedIn = useStore(token) !== null;
  return (
    <header className="top-bar">
      <SearchBox />
      <span className="zone">{t('zone', { zone: timeZone })}</span>
      <ConnectionMark />
      {isSignedIn && (
        <button type="button" className="plain" onClick={() => location.reload()}>
          {t('signIn.signOut')}
        </button>
      )}
    </header>
  );
}
