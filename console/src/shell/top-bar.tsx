import { signOut, useIsSignedIn } from '../api/session.ts';
import { t } from '../translations/translate.ts';
import { ConnectionMark } from './connection-mark.tsx';
import { ScopeChoice } from './scope-choice.tsx';
import { SearchBox } from './search-box.tsx';
import { ZoneChoice } from './zone-choice.tsx';

export function TopBar({ isNarrow }: { readonly isNarrow: boolean }) {
  const isSignedIn = useIsSignedIn();
  return (
    <header className="top-bar">
      <SearchBox />
      <ScopeChoice />
      {!isNarrow && <ZoneChoice isNarrow={false} />}
      <ConnectionMark />
      {isSignedIn && !isNarrow && (
        <button type="button" className="plain" onClick={() => void signOut()}>
          {t('signIn.signOut')}
        </button>
      )}
    </header>
  );
}
