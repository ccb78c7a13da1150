/** What operators state of sessions and relay tasks. */
export const facts = {
  facts: {
    title: 'What operators say',
    kind: { CLOSED: 'Closed by hand', NOTE: 'Note' },
    unnamed: 'an operator',
    endedAt: 'ended {{time}}',
    withdrawn: 'Taken back',
    closed: 'Closed by hand {{time}} by {{by}}. The callback of its end never arrived.',
    NOTE: {
      ask: 'Add a note …',
      title: 'Add a note',
      explain:
        'Everybody who may read this ledger sees it here, with the name of your token and the time. It stays in the log, also if you take it back.',
      label: 'Note',
      do: 'Add the note',
    },
    CLOSED: {
      ask: 'Close by hand …',
      title: 'Close this push?',
      explain:
        'It is not live any more for all who look or follow: one stream less on Live. CSS is not told, and the push itself goes on if it does. If the callback of its end arrives after all, that counts. You can take it back.',
      label: 'Why it has ended',
      endedAt: 'When it ended, if you know it (time in {{zone}})',
      do: 'Close the push',
    },
    WITHDRAW: {
      ask: 'Take back …',
      title: 'Take it back?',
      'explain-CLOSED':
        'The push is as it was before, unless another operator closed it too. What was said stays in the log, with your reason beside it.',
      'explain-NOTE': 'The note counts no more. It stays in the log, with your reason beside it.',
      label: 'Why',
      do: 'Take it back',
    },
  },
} as const;
