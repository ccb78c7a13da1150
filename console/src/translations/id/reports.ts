/** Indonesian: what CSS reports beside pushes and relays, and how sure it is. */
export const reports = {
  sureness: {
    word: { CERTAIN: 'pasti', LIKELY: 'kemungkinan besar', POSSIBLE: 'mungkin' },
    otherwise: 'Atau: {{alternative}}',
  },
} as const;
