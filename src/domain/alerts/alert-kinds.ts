/**
 * What a rule of alerts is about. PUSH_ENDED: a stream whose newest push was ended by other than its client. NOT_LIVE: a stream
 * that is not pushed when it should be. FLAPPING: a stream that is pushed anew again and again. DOMAIN_SILENT: a domain of which no
 * callbacks come. RELAY_EXIT: a relay task that has exited with a code. RELAY_ALARM: an alarm of a relay task. MISSING: callbacks
 * that should have come. QUARANTINE: callbacks in quarantine that wait for a decision. SERVICE: trouble of this service itself.
 * These words are in the log and in the file of rules, and never change.
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

/** Trouble of the service itself. These words are in the log, and never change. */
export const serviceTroubles = ['PROJECTION_STALLED', 'PROJECTION_BEHIND', 'POISONED', 'FORWARDING', 'DISK'] as const;
export type ServiceTrouble = (typeof serviceTroubles)[number];
