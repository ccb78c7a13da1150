import { Link } from 'wouter';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';

/** What does not fit into the bar at the bottom of a phone: views that are seldom needed. */
export function PhoneFooter() {
  return (
    <footer className="phone-footer">
      <Link href={paths.setUp}>{t('nav.setUp')}</Link>
      <a href={paths.graphiql}>{t('nav.graphiql')}</a>
    </footer>
  );
}
