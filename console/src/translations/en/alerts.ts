/** Alerts, on Health. */
export const alerts = {
  alerts: {
    title: 'Open alerts',
    none: 'No open alerts.',
    rules: 'Alert rules are set in this service’s ALERTS_FILE.',
    forOperators: 'Only operators can see alerts.',
    endedTitle: 'Alerts that ended in the last 24 hours',
    noneEnded: 'No alerts ended in the last 24 hours.',
    more: 'Only the latest {{n}} are shown; the CSV file has up to 500.',
    since: 'Since',
    began: 'Began',
    lasted: 'Lasted',
    what: 'About',
    summary: 'What happened',
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
