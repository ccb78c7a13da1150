import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { paths } from '../paths.ts';
import { searchBoxId } from './search-box.tsx';

/** Milliseconds within which the second key of a pair must follow the first. */
const pairMs = 1_500;

/** The views by the key after `g`. */
export const goKeys = {
  l: { view: 'live', path: paths.live },
  i: { view: 'incidents', path: paths.incidents },
  s: { view: 'search', path: paths.search },
  r: { view: 'relays', path: paths.tasks },
  e: { view: 'endings', path: paths.endings },
  h: { view: 'health', path: paths.health },
} as const;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Moves the focus among the rows of the view. Rows inside a closed line can't get it. */
function moveToRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => row.checkVisibility());
  const current = rows.findIndex((row) => row === document.activeElement);
  const next = current < 0 ? rows[step === 1 ? 0 : rows.length - 1] : rows[current + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** The keys of the console: `/`, `j`, `k`, `g` and a letter, `?`. Enter needs no code, because rows are links. */
export function useKeys() {
  const [helpShown, showHelp] = useState(false);
  const [, navigate] = useLocation();
  useEffect(() => {
    let goneAt = -Infinity;
    const press = (event: KeyboardEvent) => {
      // A dialog has its own keys, and what is behind it is out of reach.
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === 'Escape' && isTyping(event.target)) {
        // Browsers would also empty the box, and with it the results.
        event.preventDefault();
        (event.target as HTMLElement).blur();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const go =
        event.timeStamp - goneAt < pairMs && event.key in goKeys ? goKeys[event.key as keyof typeof goKeys] : null;
      goneAt = event.key === 'g' ? event.timeStamp : -Infinity;
      if (go !== null) navigate(go.path);
      else if (event.key === '/') document.getElementById(searchBoxId)?.focus();
      else if (event.key === 'j' || event.key === 'k') moveToRow(event.key === 'j' ? 1 : -1);
      else if (event.key === '?') showHelp(true);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [navigate]);
  return [helpShown, showHelp] as const;
}
