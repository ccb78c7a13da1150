import { Link, useLocation } from 'wouter';
import { useAuditSeen } from '../api/use-role.ts';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';

const views = [
  { key: 'live', path: paths.live },
  { key: 'incidents', path: paths.incidents },
  { key: 'search', path: paths.search },
  { key: 'relays', path: paths.tasks },
  { key: 'endings', path: paths.endings },
  { key: 'health', path: paths.health },
] as const;

/**
 * The views, always in the same position: left, or on a phone at the bottom. The page of a stream, a push or a task is
 * none of them.
 */
export function Rail() {
  const [location] = useLocation();
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <span className="brand">{t('title')}</span>
      {views.map(({ key, path }) => (
        <Link key={key} href={path} aria-current={location === path ? 'page' : undefined}>
          {t(`nav.${key}`)}
        </Link>
      ))}
      <span className="rail-rest">
        <AuditLink current={location} />
        <Link href={paths.setUp} aria-current={location === paths.setUp ? 'page' : undefined}>
          {t('nav.setUp')}
        </Link>
        <a href={paths.graphiql}>{t('nav.graphiql')}</a>
      </span>
    </nav>
  );
}

/** For those who see any of it. */
export function AuditLink({ current }: { readonly current?: string }) {
  const seen = useAuditSeen();
  if (seen === undefined || seen === 'NOTHING') return null;
  return (
    <Link href={paths.audit} aria-current={current === paths.audit ? 'page' : undefined}>
      {t('nav.audit')}
    </Link>
  );
}
