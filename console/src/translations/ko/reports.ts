/** Korean: what CSS reports beside pushes and relays, and how sure it is. */
export const reports = {
  sureness: {
    word: { CERTAIN: '확실', LIKELY: '아마도', POSSIBLE: '가능성 있음' },
    otherwise: '또는: {{alternative}}',
  },
} as const;
