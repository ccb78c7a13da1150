import { useStore } from '../api/hooks.ts';
import { token } from '../api/token.ts';
import { t } from '../translations/translate.ts';
import { ConnectionMark } from './connection-mark.tsx';
import { ScopeChoice } from './scope-choice.tsx';
import { SearchBox } from './search-box.tsx';
import { ZoneChoice } from './zone-choice.tsx';

export function TopBar({ isNarrow }: { readonly isNarrow: boolean }) {
  const isSignedIn = useStore(token) !== null;
  return (
    <header className="top-bar">
      <SearchBox />
      <ScopeChoice />
      {!isNarrow && <ZoneChoice isNarrow={false} />}
      <ConnectionMark />
      {isSignedIn && !isNarrow && (
        <button type="button" className="plain" onClick={() => location.reload()}>
          {t('signIn.signOut')}
        </button>
      )}
    </header>
  );
}
