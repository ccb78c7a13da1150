/** Where adapters may differ: each with the reason why it can't be promised alike. */
export interface ContractParameters {
  /**
   * Of an append whose events were truncated. `refused`: it is not known any more. `refusedOrKnown`: the log is in a
   * server that hides truncated events before it removes them, and still knows their ids meanwhile.
   */
  readonly truncatedRepetition: 'refused' | 'refusedOrKnown';
}

export const embedded: ContractParameters = { truncatedRepetition: 'refused' };
