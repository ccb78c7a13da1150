/** The callback key of the service under attack. */
export const authenticKey = 'bench';
