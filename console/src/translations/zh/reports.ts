/** Chinese: what CSS reports beside pushes and relays, and how sure it is. */
export const reports = {
  sureness: {
    word: { CERTAIN: '确定', LIKELY: '很可能', POSSIBLE: '有可能' },
    otherwise: '也可能：{{alternative}}',
  },
} as const;
