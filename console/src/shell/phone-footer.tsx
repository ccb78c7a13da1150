import { Link } from 'wouter';
import { useStore } from '../api/hooks.ts';
import { token } from '../api/token.ts';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';
import { ZoneChoice } from './zone-choice.tsx';

/** What does not fit into the bars of a phone: what is seldom needed. */
export function PhoneFooter() {
  const isSignedIn = useStore(token) !== null;
  return (
    <footer className="phone-footer">
      <Link href={paths.setUp}>{t('nav.setUp')}</Link>
      <a href={paths.graphiql}>{t('nav.graphiql')}</a>
      <ZoneChoice isNarrow />
      {isSignedIn && (
        <button type="button" className="plain" onClick={() => location.reload()}>
          {t('signIn.signOut')}
        </button>
      )}
    </footer>
  );
}
