/**
 * What a rule of alerts is about. PUSH_ENDED: a stream whose newest push something other than its client ended.
 * NOT_LIVE: a stream that is not pushed when it should be. FLAPPING: a stream that is pushed again and again.
 * DOMAIN_SILENT: a domain that sends no callbacks. RELAY_EXIT: a relay task that exited with a code. RELAY_ALARM: an
 * alarm of a relay task. MISSING: callbacks that should have arrived. QUARANTINE: quarantined callbacks that wait for a
 * decision. SERVICE: trouble of this service itself. The log and the file of rules use these words, so they never
 * change.
 */
export const alertKinds = [
  'PUSH_ENDED',
  'NOT_LIVE',
  'FLAPPING',
  'DOMAIN_SILENT',
  'RELAY_EXIT',
  'RELAY_ALARM',
  'MISSING',
  'QUARANTINE',
  'SERVICE',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** Trouble of the service itself. The log uses these words, so they never change. */
export const serviceTroubles = ['PROJECTION_STALLED', 'PROJECTION_BEHIND', 'POISONED', 'FORWARDING', 'DISK'] as const;
export type ServiceTrouble = (typeof serviceTroubles)[number];
