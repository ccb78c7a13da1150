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
    strip: 'Pushes of the last 24 hours; the same are in the table below',
    sessions: 'Pushes',
    notLive: 'Not live. Ended {{time}}, {{ago}} ago.',
    numbers:
      '{{hour}} reconnects in the last hour, {{day}} in 24 hours. {{began}} pushes began in that time, {{pushed}} were pushed.',
    median: 'Half of the pushes that ended lasted at most {{median}}.',
    flapping: 'Flapping:',
    emptyTitle: 'No push of this stream was recorded',
    empty: 'Check the name: it is compared exactly, with upper and lower case.',
  },
} as const;
