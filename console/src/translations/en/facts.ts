/** What operators state of sessions and relay tasks. */
export const facts = {
  facts: {
    title: 'Operator notes',
    kind: { CLOSED: 'Closed by hand', NOTE: 'Note' },
    unnamed: 'an operator',
    endedAt: 'ended {{time}}',
    withdrawn: 'Withdrawn',
    closed: 'Closed by hand {{time}} by {{by}}. Its end callback never arrived.',
    NOTE: {
      ask: 'Add a note …',
      title: 'Add a note',
      explain:
        'Everyone with access to this ledger sees it here, with your token’s name and the time. It stays in the log even if you withdraw it.',
      label: 'Note',
      do: 'Add the note',
    },
    CLOSED: {
      ask: 'Close by hand …',
      title: 'Close this push?',
      explain:
        'It stops counting as live, here and for every client. CSS is not told: if the push is still running, it keeps running. If its end callback arrives after all, that one counts. You can withdraw this.',
      label: 'How do you know that it has ended?',
      endedAt: 'When it ended, if you know ({{zone}} time)',
      do: 'Close the push',
    },
    WITHDRAW: {
      ask: 'Withdraw …',
      title: 'Withdraw this?',
      'explain-CLOSED':
        'The push returns to its previous state, unless another operator closed it too. The entry stays in the log, with your reason beside it.',
      'explain-NOTE': 'The note no longer applies. It stays in the log, with your reason beside it.',
      label: 'Reason',
      do: 'Withdraw',
    },
  },
} as const;
