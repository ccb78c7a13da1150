/**
 * Rows examined at most for one answer about a list (its page, what lies before it, its count), where no index gives just
 * what is asked for. They take about as long as the largest page (`npm run bench:scale`); nothing else runs on the thread during that time.
 */
export const rowsExaminedMax = 10_000;
