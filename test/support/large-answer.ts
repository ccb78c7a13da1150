/** A text made `count` times over, in one line. */
export const repeated = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** The answer has some 7 MB: more than the buffers of a connection take. The schema itself is asked, so no rows are needed. */
export const largeQuery = `{ __schema { types { fields { ${repeated(100, (index) => `${'a'.repeat(60)}${index}: description`)} } } } }`;

/** Fewer bytes than the answer has. */
export const largeAnswerBytesLeast = 6_000_000;
