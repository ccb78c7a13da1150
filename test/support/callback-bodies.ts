import { parseSample } from './samples.ts';

/** The vendor's push, with the given overrides. */
export function pushBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...parseSample('push'), ...overrides };
}

/** The interruption of that push, with the given overrides. */
export function interruptionBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...parseSample('interruption'), ...overrides };
}

/** A body without some of its members. */
export function without(body: Record<string, unknown>, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
}
