import { unreadableReasons } from '../callback/json-object.ts';
import { readPosition, readTime } from '../callback/metadata-values.ts';
import {
  quarantineChecks,
  quarantineFields,
  quarantineReasons,
  type Quarantined,
  type Released,
} from './quarantine.ts';

/** Reads why an arrival is in quarantine; null where that is not said, or nothing of it means anything to this version. */
export function readQuarantined(value: unknown): Quarantined | null {
  if (typeof value !== 'object' || value === null) return null;
  const given = value as Readonly<Record<string, unknown>>;
  const reason = quarantineReasons.find((known) => known === given['reason']);
  const check = quarantineChecks.find((known) => known === given['check']);
  const field = quarantineFields.find((known) => known === given['field']);
  if (reason === undefined || check === undefined || field === undefined) return null;
  const { secondsOff } = given;
  const unreadable = unreadableReasons.find((known) => known === given['unreadable']);
  return {
    reason,
    check,
    field,
    ...(Number.isSafeInteger(secondsOff) && { secondsOff: secondsOff as number }),
    ...(unreadable && { unreadable }),
  };
}

/** A release as metadata carries it. These names are for ever. */
export function tellReleased({ position, eventId, atMs }: Released) {
  return { position: String(position), eventId, at: new Date(atMs).toISOString() };
}

/** Null where the arrival was not released. */
export function readReleased(value: unknown): Released | null {
  if (typeof value !== 'object' || value === null) return null;
  const given = value as Readonly<Record<string, unknown>>;
  const position = readPosition(given['position']);
  const { eventId } = given;
  const atMs = readTime(given['at']);
  return position === null || atMs === null || typeof eventId !== 'string' ? null : { position, eventId, atMs };
}
