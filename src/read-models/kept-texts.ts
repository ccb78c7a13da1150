/** What readers wrote of a row in one state of it, by numbers of theirs. It says nothing that depends on who asks. */
export interface KeptTexts {
  get(number: number): string | undefined;
  set(number: number, text: string): void;
}
