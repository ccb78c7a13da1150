/** Times in which this service could not take callbacks. */
export const outages = {
  outages: {
    title: 'Outages of this service in the last 24 hours',
    none: 'Callbacks could be taken all the time.',
    began: 'Began',
    lasted: 'Lasted',
    because: 'Why',
    refused: 'Refused',
    node: 'Node {{node}}.',
    cause: {
      LOST: 'It ended without being stopped, or an older copy was restored. Callbacks may have been taken until shortly before.',
      STOPPED: 'It was stopped, and started again.',
      STORE_OVERLOADED: 'Too many callbacks waited to be written to disk.',
      STORE_UNAVAILABLE: 'The log could not be written.',
    },
  },
} as const;
