/** The view of what the search box finds. */
export const search = {
  search: {
    title: 'Results for “{{text}}”',
    liveAt: 'Live at {{time}} ({{zone}})',
    nothing: 'Nothing found for “{{text}}”',
    nothingAdvice:
      'Names are found by their beginning, with upper and lower case. Sequences, tasks, addresses and codes have to be complete.',
    examined: 'The newest 10,000 sessions were examined. More goes on from there.',
    streams: 'Streams',
    tasks: 'Relay tasks',
    since: 'Live for, or ended',
    explain:
      'A stream or domain by its beginning; a sequence, task, address or code as a whole; or a time, for what was live then. For example:',
  },
} as const;
