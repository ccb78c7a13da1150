/** Times in which this service could not take callbacks. */
export const outages = {
  outages: {
    title: 'Outages of this service in the last 24 hours',
    none: 'Callbacks could be accepted the whole time.',
    refused: 'Refused',
    node: 'Node {{node}}.',
    cause: {
      LOST: 'It ended without being stopped, or an older copy was restored. It may have accepted callbacks until shortly before.',
      STOPPED: 'It was stopped and started again.',
      STORE_OVERLOADED: 'Too many callbacks were waiting to be written to disk.',
      STORE_UNAVAILABLE: 'The log could not be written to.',
    },
  },
} as const;
