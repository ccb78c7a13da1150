import { Link } from 'wouter';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';

/** What has no room at the bottom of a phone: the views that are seldom needed. */
export function PhoneFooter() {
  return (
    <footer className="phone-footer">
      <Link href={paths.setUp}>{t('nav.setUp')}</Link>
      <a href={paths.graphiql}>{t('nav.graphiql')}</a>
    </footer>
  );
}
