/** What CSS reports beside pushes and relays, and how sure it is. */
export const reports = {
  sureness: {
    word: { CERTAIN: 'certainly', LIKELY: 'probably', POSSIBLE: 'possibly' },
    otherwise: 'Or else: {{alternative}}',
  },
} as const;
