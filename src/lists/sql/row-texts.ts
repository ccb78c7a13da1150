import type { KeptTexts } from '../../projecting/rows.ts';

/** Cached texts of the rows of one file, valid as long as the row's state is unchanged. */
export interface RowTexts {
  /** `state`: everything that a row is made from, as stored in its columns. Texts of another state are dropped. */
  of(id: number, state: string): KeptTexts;
}

/** Characters, mostly one byte each: enough for about 16,000 rows of about 1,000 characters. */
const charactersMax = 16 * 1024 * 1024;

/** Approximate overhead of a row besides its texts. */
const charactersPerRow = 300;

/** Drops all texts if they would exceed `charactersMax`: texts still in use are soon cached again. */
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
