/** Alerts, on Health. */
export const alerts = {
  alerts: {
    title: 'Open alerts',
    none: 'No alert is open.',
    rules: 'Their rules are in ALERTS_FILE of this service.',
    forOperators: 'Alerts are shown to operators.',
    since: 'Since',
    what: 'About',
    summary: 'What was the case',
    rule: 'Rule',
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
