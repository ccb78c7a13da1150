import { useMemo, useRef, type ComponentProps } from 'react';
import { Router } from 'wouter';
import { useStore } from './api/hooks.ts';
import { useScope } from './api/use-param.ts';
import { keepScope } from './scope.ts';
import { signInNeeded } from './api/session.ts';
import { timeZone } from './format/zone.ts';
import { Pages } from './pages/pages.tsx';
import { useIsNarrow } from './parts/hooks.ts';
import { ClockBanner } from './shell/clock-banner.tsx';
import { Help } from './shell/help.tsx';
import { LostBanner } from './shell/lost-banner.tsx';
import { PhoneFooter } from './shell/phone-footer.tsx';
import { Rail } from './shell/rail.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { StandbyBanner } from './shell/standby-banner.tsx';
import { TopBar } from './shell/top-bar.tsx';
import { UnfinishedImportBanner } from './shell/unfinished-import-banner.tsx';
import { useKeys } from './shell/use-keys.ts';
import { useView } from './shell/use-view.ts';
import { t } from './translations/translate.ts';

export function App() {
  const refused = useStore(signInNeeded);
  // Another zone changes the text of every time on the page.
  const zone = useStore(timeZone);
  const scope = useScope();
  const router = useMemo<Omit<ComponentProps<typeof Router>, 'children'>>(
    () => ({
      hrefs: (href) => keepScope(href, scope),
      aroundNav: (navigate, to, options) => navigate(keepScope(to, scope), options),
    }),
    [scope],
  );
  if (refused) return <SignIn />;
  return (
    <Router {...router}>
      <Shell contentKey={`${zone} ${scope}`} />
    </Router>
  );
}

/** The whole page. Another key draws its content from scratch. */
function Shell({ contentKey }: { readonly contentKey: string }) {
  const [helpShown, showHelp] = useKeys();
  const isNarrow = useIsNarrow();
  const content = useRef<HTMLElement>(null);
  useView(content, contentKey);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('skipToContent')}
      </a>
      <Rail />
      <TopBar isNarrow={isNarrow} />
      <main id="content" tabIndex={-1} key={contentKey} ref={content}>
        <ClockBanner />
        <StandbyBanner />
        <UnfinishedImportBanner />
        <LostBanner />
        <Pages />
        {isNarrow && <PhoneFooter />}
      </main>
      {helpShown && <Help close={() => showHelp(false)} />}
    </div>
  );
}
