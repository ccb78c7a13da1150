import { Link } from 'wouter';
import { signOut, useIsSignedIn } from '../api/session.ts';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';
import { AuditLink } from './rail.tsx';
import { ZoneChoice } from './zone-choice.tsx';

/** What does not fit into the bars of a phone: what is seldom needed. */
export function PhoneFooter() {
  const isSignedIn = useIsSignedIn();
  return (
    <footer className="phone-footer">
      <AuditLink />
      <Link href={paths.setUp}>{t('nav.setUp')}</Link>
      <a href={paths.graphiql}>{t('nav.graphiql')}</a>
      <ZoneChoice isNarrow />
      {isSignedIn && (
        <button type="button" className="plain" onClick={() => void signOut()}>
          {t('signIn.signOut')}
        </button>
      )}
    </footer>
  );
}
