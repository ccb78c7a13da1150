import { useStore } from './api/hooks.ts';
import { signInNeeded } from './api/token.ts';
import { timeZone } from './format/zone.ts';
import { Pages } from './pages/pages.tsx';
import { Help } from './shell/help.tsx';
import { LostBanner } from './shell/lost-banner.tsx';
import { Rail } from './shell/rail.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { TopBar } from './shell/top-bar.tsx';
import { useKeys } from './shell/use-keys.ts';
import { t } from './translations/translate.ts';

export function App() {
  const refused = useStore(signInNeeded);
  // With another zone every time on the page is another text.
  const zone = useStore(timeZone);
  const [helpShown, showHelp] = useKeys();
  if (refused) return <SignIn />;
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('skipToContent')}
      </a>
      <Rail />
      <TopBar />
      <main id="content" tabIndex={-1} key={zone}>
        <LostBanner />
        <Pages />
      </main>
      {helpShown && <Help close={() => showHelp(false)} />}
    </div>
  );
}
