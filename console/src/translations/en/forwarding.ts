/** Targets of forwarding and of alerts, on Health. */
export const forwarding = {
  forwarding: {
    title: 'Forwarding and alert targets',
    explain:
      'Where this service sends callbacks and alert messages. What it has given up, it does not send again by itself.',
    target: 'Target',
    behind: 'Behind',
    setAside: 'Given up',
    failed: 'Last failure',
    state: { RUNNING: 'Running', FAILING: 'Failing', PAUSED: 'Paused' },
  },
} as const;
