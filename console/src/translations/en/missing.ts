/** Callbacks that should have come. */
export const missing = {
  missing: {
    title: 'Missing callbacks of the last 24 hours',
    explain: 'What was recorded shows that these should have come. CSS repeats a callback for 13 minutes only.',
    none: 'None is known to be missing.',
    what: 'Missing',
    because: 'What shows it',
    until: 'Should have come until',
    any: 'any',
    reason: {
      SUPERSEDED_WITHOUT_END: 'A newer push of the stream began, and this one’s end never came.',
      END_WITHOUT_START: 'Its end came without its beginning.',
      LIVE_BUT_SILENT: 'It is live, and nothing was heard of it for a day.',
      RUN_WITHOUT_START: 'A run of the task has files, alarms or an exit, and no beginning.',
      FILE_WITHOUT_START: 'A file of the task finished and never began.',
      DOMAIN_SILENT: 'The domain is silent against its habit.',
    },
    sureness: { CERTAIN: 'Certain.', LIKELY: 'Likely.', POSSIBLE: 'Possible; nothing may be missing.' },
  },
} as const;
