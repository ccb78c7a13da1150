import type { DocumentNode } from 'graphql';

/** Documents that are known, and characters of the text of one. The clients of one program all send the same few. */
const bounds = { documentsMax: 200, textLengthMax: 8_192 };

/** Documents by their text: those that were parsed and validated, and of which an operation was accepted. */
export interface KnownDocuments {
  find(text: string): DocumentNode | undefined;
  /** Does nothing for a text that is too long. */
  note(text: string, document: DocumentNode): void;
}

export function createKnownDocuments(): KnownDocuments {
  const known = new Map<string, DocumentNode>();
  return {
    find: (text) => known.get(text),
    note(text, document) {
      if (text.length > bounds.textLengthMax || known.has(text)) return;
      const [oldest] = known.keys();
      if (known.size >= bounds.documentsMax && oldest !== undefined) known.delete(oldest);
      known.set(text, document);
    },
  };
}
