/** The choice of a period. */
export const period = {
  period: {
    label: 'Period',
    calendar: 'Calendar …',
    names: {
      '24h': 'Last 24 hours',
      '7d': 'Last 7 days',
      '30d': 'Last 30 days',
      '1h': 'Last hour',
      today: 'Today',
      yesterday: 'Yesterday',
      week: 'This week',
      lastWeek: 'Last week',
      month: 'This month',
      lastMonth: 'Last month',
    },
    any: 'Any time',
    own: 'From … to …',
    from: 'From',
    to: 'To',
    typed: 'or in words',
    example: 'yesterday 20:10 – 21:00',
    show: 'Show',
    refused: 'A period has at least a minute and at most {{n}} days, and begins before now.',
  },
} as const;
