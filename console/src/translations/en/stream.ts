/** The view of a stream, and tables of sessions. */
export const stream = {
  sessions: {
    state: 'State',
    began: 'Began',
    ended: 'Ended',
    cause: 'Why',
  },
  stream: {
    day: 'The last 24 hours',
    strip: 'Pushes in the last 24 hours; the table below lists them',
    over: 'pushed, now over',
    sessions: 'Pushes',
    notLive: 'Not live. Ended {{time}}, {{ago}} ago.',
    numbers:
      'Reconnects: {{hour}} in the last hour, {{day}} in 24 hours. Pushes begun in 24 hours: {{began}}, {{pushed}} in all.',
    median: 'Half of them lasted longer than {{median}}.',
    flapping: 'Flapping:',
    emptyTitle: 'No push of this stream was recorded',
    empty: 'Check the name: it must match exactly, including upper and lower case.',
  },
} as const;
