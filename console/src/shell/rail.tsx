import { Link, useLocation } from 'wouter';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';

const views = [
  { key: 'live', path: paths.live, within: ['/streams', '/sessions'] },
  { key: 'search', path: paths.search, within: [] },
  { key: 'relays', path: paths.tasks, within: ['/tasks'] },
  { key: 'endings', path: paths.endings, within: [] },
  { key: 'health', path: paths.health, within: [] },
] as const;

function isWithin(location: string, path: string): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
}

/** The views, always at the same place: left, on a phone at the bottom. */
export function Rail() {
  const [location] = useLocation();
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <span className="brand">{t('title')}</span>
      {views.map(({ key, path, within }) => {
        const isHere = [path, ...within].some((each) => isWithin(location, each));
        return (
          <Link key={key} href={path} aria-current={isHere ? 'page' : undefined}>
            {t(`nav.${key}`)}
          </Link>
        );
      })}
      <span className="rail-rest">
        <Link href={paths.setUp} aria-current={location === paths.setUp ? 'page' : undefined}>
          {t('nav.setUp')}
        </Link>
        <a href={paths.graphiql}>{t('nav.graphiql')}</a>
      </span>
    </nav>
  );
}
