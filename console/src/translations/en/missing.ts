/** Callbacks that should have come. */
export const missing = {
  missing: {
    title: 'Missing callbacks in the last 24 hours',
    explain: 'Other callbacks show that these should have arrived. CSS retries a callback for only 13 minutes.',
    none: 'None known to be missing.',
    what: 'Missing',
    because: 'Evidence',
    until: 'Due by',
    any: 'any',
    reason: {
      SUPERSEDED_WITHOUT_END: 'A newer push of the stream began, and this one’s end never arrived.',
      END_WITHOUT_START: 'Its end arrived, but its start did not.',
      LIVE_BUT_SILENT: 'It counts as live, but nothing has been heard from it for a day.',
      RUN_WITHOUT_START: 'A run of the task has files, alarms or an exit, but no start.',
      FILE_WITHOUT_START: 'A file of the task finished, but never started.',
      DOMAIN_SILENT: 'The domain is unusually quiet.',
    },
    sureness: { CERTAIN: 'Certain.', LIKELY: 'Likely.', POSSIBLE: 'Uncertain: perhaps nothing is missing.' },
  },
} as const;
