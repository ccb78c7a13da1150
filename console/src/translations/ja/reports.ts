/** Japanese: what CSS reports beside pushes and relays, and how sure it is. */
export const reports = {
  sureness: {
    word: { CERTAIN: '確実', LIKELY: 'おそらく', POSSIBLE: '可能性あり' },
    otherwise: 'または：{{alternative}}',
  },
} as const;
