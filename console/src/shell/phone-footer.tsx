import { Link } from 'wouter';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';
import { ZoneChoice } from './zone-choice.tsx';

/** What has no room at the top and bottom of a phone: the time zone, and the views that are seldom needed. */
export function PhoneFooter() {
  return (
    <footer className="phone-footer">
      <ZoneChoice />
      <Link href={paths.setUp}>{t('nav.setUp')}</Link>
      <a href={paths.graphiql}>{t('nav.graphiql')}</a>
    </footer>
  );
}
