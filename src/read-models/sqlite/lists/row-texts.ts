import type { KeptTexts } from '../../rows.ts';

/** Texts of the rows of one file, each as long as its row has the same state. */
export interface RowTexts {
  /** `state`: all that a row is made of, as its columns have it. Texts of another state of it are dropped. */
  of(id: number, state: string): KeptTexts;
}

/** Characters, mostly of a byte each: a row takes about 1,000, so those of some 16,000 rows. */
const charactersMax = 16 * 1024 * 1024;

/** What a row takes beside its texts, about. */
const charactersPerRow = 300;

/** Where they would be more than `charactersMax`, all are dropped: what is still asked for is soon there again. */
export function createRowTexts(): RowTexts {
  const rows = new Map<number, TextsOfState>();
  let characters = 0;
  const note = (more: number) => {
    characters += more;
    if (characters <= charactersMax) return;
    rows.clear();
    characters = 0;
  };
  return {
    of(id, state) {
      const known = rows.get(id);
      if (known?.state === state) return known;
      if (known !== undefined) characters -= known.characters;
      const texts = new TextsOfState(state, note);
      rows.set(id, texts);
      note(texts.characters);
      return texts;
    },
  };
}

class TextsOfState implements KeptTexts {
  readonly state: string;
  characters: number;
  private readonly note: (more: number) => void;
  private readonly texts = new Map<number, string>();

  constructor(state: string, note: (more: number) => void) {
    this.state = state;
    this.characters = state.length + charactersPerRow;
    this.note = note;
  }

  get(number: number): string | undefined {
    return this.texts.get(number);
  }

  set(number: number, text: string): void {
    this.texts.set(number, text);
    this.characters += text.length;
    this.note(text.length);
  }
}
