import { useQuery } from '@tanstack/react-query';
import { useEffect, type ComponentType } from 'react';
import { service } from '../api/connection.ts';
import { Loading, Notice } from '../parts/notices.tsx';
import { t } from '../translations/translate.ts';

/** Milliseconds between two checks whether the server answers again. */
const againMs = 3_000;

/** A page that is loaded when it opens. If its file can't be loaded, it says so. */
export function lazyPage(name: string, load: () => Promise<ComponentType>): ComponentType {
  return function LazyPage() {
    const { data, error } = useQuery({
      queryKey: ['page', name],
      // A query's data can't be a function.
      queryFn: async () => ({ Page: await load() }),
      staleTime: Infinity,
      gcTime: Infinity,
      retry: false,
    });
    const isLoaded = data !== undefined;
    // Another failure, some other time, may load the page again.
    useEffect(() => {
      if (isLoaded && wasLoadedAgain()) history.replaceState(null, '');
    }, [isLoaded]);
    if (isLoaded) return <data.Page />;
    return error === null ? <Loading /> : <NotLoaded />;
  };
}

/** What the history entry of a page says that was loaded again because of a file. */
interface LoadedAgain {
  readonly loadedAgain?: true;
}

/**
 * Loads the whole page again, because browsers keep a module that failed, and after an update its file has another name.
 * By itself only once, so that it does not go on for ever.
 */
function NotLoaded() {
  const reloads = !wasLoadedAgain();
  useEffect(() => {
    if (!reloads) return undefined;
    const timer = setInterval(() => {
      fetch(service.url, { cache: 'no-store' }).then(
        ({ ok }) => ok && reload(),
        () => undefined,
      );
    }, againMs);
    return () => clearInterval(timer);
  }, [reloads]);
  return (
    <Notice title={t('notice.notLoadedTitle')}>
      <p>{t(reloads ? 'notice.notLoaded' : 'notice.notLoadedAgain')}</p>
      <button type="button" onClick={reload}>
        {t('notice.reload')}
      </button>
    </Notice>
  );
}

const wasLoadedAgain = () => (history.state as LoadedAgain | null)?.loadedAgain === true;

function reload(): void {
  history.replaceState({ loadedAgain: true } satisfies LoadedAgain, '');
  location.reload();
}
