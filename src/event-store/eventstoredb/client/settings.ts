/** Where a log in EventStoreDB stands. */
export interface EventStoreDbSettings {
  /** Connection string of the server or cluster, `esdb://…`: a secret, where it has a password. */
  readonly url: string;
  /** Begins the name of every stream: see `createStreamNames`. */
  readonly prefix: string;
}
