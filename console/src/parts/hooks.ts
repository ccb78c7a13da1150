import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** A hook that says whether a media query matches. */
function mediaHook(query: string): () => boolean {
  const media = matchMedia(query);
  const subscribe = (listener: () => void) => {
    media.addEventListener('change', listener);
    return () => media.removeEventListener('change', listener);
  };
  return () => useSyncExternalStore(subscribe, () => media.matches);
}

/** Whether the page is as narrow as a phone; the same width as in the styles. */
export const useIsNarrow = mediaHook('(max-width: 640px)');

/** Whether the page is being printed. */
export const useIsPrinted = mediaHook('print');

/** A value once it has not changed for this many milliseconds, so that typed text is queried when the reader pauses. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** A value that changes at most once in this many milliseconds. */
export function useThrottled<Value>(value: Value, ms: number): Value {
  const [shown, show] = useState(value);
  const newest = useRef(value);
  useEffect(() => {
    newest.current = value;
  });
  const isBehind = shown !== value;
  useEffect(() => {
    if (!isBehind) return undefined;
    const timer = setTimeout(() => show(newest.current), ms);
    return () => clearTimeout(timer);
  }, [isBehind, ms]);
  return shown;
}
