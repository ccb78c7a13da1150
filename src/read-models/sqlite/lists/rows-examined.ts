/**
 * Rows examined at most for one answer about a list (its page, what lies before it, its count), where no index gives just
 * what is asked for. They take about as long as the largest page (`npm run bench:scale`); nothing else runs on the thread during that time.
 */
export const rowsExaminedMax = 10_000;

/**
 * So many are examined before, in order: where they fill the page, nothing has to be counted to find the best index. That would read some
 * 20,000 entries of indexes, which takes longer than all the rest, the more so in a large file.
 */
export const rowsExaminedFirst = 1_000;
