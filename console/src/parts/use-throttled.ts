import { useEffect, useRef, useState } from 'react';

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
