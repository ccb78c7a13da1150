/** The view of what the search box finds. */
export const search = {
  search: {
    title: 'Results for “{{text}}”',
    liveAt: 'Live at {{time}} ({{zone}})',
    nothing: 'Nothing found for “{{text}}”',
    nothingAdvice:
      'Names match from their beginning, and upper and lower case matter. Sequences, tasks, addresses and codes must be complete.',
    exact: 'Pushes: exact matches',
    others: 'Pushes: other matches',
    streamsOrder: 'Live ones first, then those that began last.',
    streams: 'Streams',
    tasks: 'Relay tasks',
    explain:
      'Type the beginning of a stream or domain, a whole sequence, task, address or code, or a time to see what was live then. For example:',
  },
} as const;
