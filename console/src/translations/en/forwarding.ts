/** Targets of forwarding and of alerts, on Health. */
export const forwarding = {
  forwarding: {
    title: 'Forwarding and alert targets',
    explain: 'Where callbacks and alert messages are sent on to. What was given up is not sent again by itself.',
    target: 'Target',
    behind: 'Behind',
    setAside: 'Given up',
    failed: 'Last failure',
    state: { RUNNING: 'Running', FAILING: 'Failing', PAUSED: 'Paused' },
  },
} as const;
