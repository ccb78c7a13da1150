/** Alerts, on Health. */
export const alerts = {
  alerts: {
    title: 'Open alerts',
    none: 'No open alerts.',
    rules: 'Alert rules are set in this service’s ALERTS_FILE.',
    forOperators: 'Only operators can see alerts.',
    endedTitle: 'Alerts that ended in the last 24 hours',
    noneEnded: 'No alerts ended in the last 24 hours.',
    more: 'There are more. The CSV file has only the latest 500.',
    since: 'Since',
    began: 'Began',
    lasted: 'Lasted',
    what: 'About',
    summary: 'What happened',
    rule: 'Rule',
    says: {
      NOT_LIVE: '{{of}} should be live, and is not.',
      PUSH_ENDED: 'The push of {{of}} was ended by: {{side}}.',
      FLAPPING: '{{of}} was pushed anew {{n}} times.',
      DOMAIN_SILENT: 'No callback of {{of}} for {{duration}}.',
      QUARANTINE: 'Callbacks are in quarantine: {{reason}}.',
    },
    trouble: {
      PROJECTION_STALLED:
        'What is shown has stopped being brought up to date. It is tried again; the log of the process says why.',
      PROJECTION_BEHIND: 'What is shown is more than a minute behind.',
      POISONED: 'Events could not be shown, and were skipped: see “Skipped events” below.',
      FORWARDING: 'Callbacks are not being sent on to one of the targets.',
      DISK: 'The disk is nearly full: only callbacks are still recorded.',
    },
    kind: {
      PUSH_ENDED: 'Push ended',
      NOT_LIVE: 'Not live',
      FLAPPING: 'Flapping',
      DOMAIN_SILENT: 'Silent domain',
      RELAY_EXIT: 'Relay exit',
      RELAY_ALARM: 'Relay alarm',
      MISSING: 'Missing callback',
      QUARANTINE: 'Quarantine',
      SERVICE: 'This service',
    },
  },
} as const;
