import { createStore } from '../api/store.ts';

/** The key under which the browser stores the chosen zone. It is a preference of the reader, not part of a view. */
const storageKey = 'live-ledger.time-zone';

/** The browser's own zone. */
export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone in which times are shown and read: the chosen one, or otherwise the browser's. */
export const timeZone = createStore(chosenZone() ?? browserZone);

/** Shows all times in another zone, now and after a reload. */
export function chooseZone(zone: string): void {
  timeZone.set(zone);
  try {
    if (zone === browserZone) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, zone);
  } catch {
    // If the browser stores nothing, the choice lasts as long as the page.
  }
}

/** Every zone that the browser knows, UTC first. */
export function zones(): readonly string[] {
  return [...new Set(['UTC', browserZone, ...Intl.supportedValuesOf('timeZone')])];
}

function chosenZone(): string | null {
  try {
    const zone = localStorage.getItem(storageKey);
    // A name that this browser does not know would break every time on the page.
    return zone === null ? null : Intl.DateTimeFormat(undefined, { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
