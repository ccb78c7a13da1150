import { useEffect, useRef, type RefObject } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { t } from '../translations/translate.ts';

/** How far each address was scrolled, by its path and parameters, and the one to which "back" or "forward" led last. */
const scrolled = new Map<string, number>();
let returnedTo: string | null = null;

/** Addresses whose scrolling is remembered: the oldest is forgotten. */
const scrolledMax = 100;

const address = () => location.pathname + location.search;

// Before the router, which draws the view.
addEventListener('popstate', () => (returnedTo = address()), { capture: true });

/**
 * What browsers do for pages, for the views within one: another view begins at its top, with its heading focused, and
 * its title is that of the page; "back" and "forward" show it as it was scrolled.
 */
export function useView(content: RefObject<HTMLElement | null>, contentKey: string): void {
  const [path] = useLocation();
  const [params] = useSearchParams();
  // A list behind a mark of Endings is a view of its own.
  const view = [path, params.get('from'), params.get('shows')].join(' ');
  const shown = useRef(view);
  useEffect(() => {
    const main = content.current;
    if (main === null) return undefined;
    const isOther = shown.current !== view;
    shown.current = view;
    const target = returnedTo === address() ? (scrolled.get(address()) ?? 0) : 0;
    returnedTo = null;
    let restores = isOther && target > 0;
    let focuses = isOther;
    if (isOther) main.scrollTo(0, 0);

    const update = () => {
      const heading = main.querySelector<HTMLElement>('h1, h2');
      const title =
        heading === null
          ? t('title')
          : [heading.dataset['title'], heading.textContent, t('title')].filter(Boolean).join(' – ');
      if (document.title !== title) document.title = title;
      if (focuses && heading !== null) {
        focuses = false;
        focusHeading(heading);
      }
      // The rows come later than the view.
      if (restores && main.scrollHeight - main.clientHeight >= target) {
        restores = false;
        main.scrollTo(0, target);
      }
    };
    const remember = () => {
      const key = address();
      scrolled.delete(key);
      scrolled.set(key, main.scrollTop);
      const [oldest] = scrolled.keys();
      if (scrolled.size > scrolledMax && oldest !== undefined) scrolled.delete(oldest);
    };
    // Readers who have begun to scroll are not moved.
    const stop = () => (restores = false);
    const observer = new MutationObserver(update);
    observer.observe(main, { childList: true, subtree: true, characterData: true });
    main.addEventListener('scroll', remember, { passive: true });
    for (const type of ['wheel', 'touchmove', 'keydown', 'pointerdown']) main.addEventListener(type, stop);
    update();
    return () => {
      observer.disconnect();
      main.removeEventListener('scroll', remember);
      for (const type of ['wheel', 'touchmove', 'keydown', 'pointerdown']) main.removeEventListener(type, stop);
    };
  }, [content, contentKey, view]);
}

/** Not away from a field in which someone types, such as the search box, nor from a dialog. */
function focusHeading(heading: HTMLElement): void {
  if (document.activeElement?.matches('input, textarea, select, dialog *') === true) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
