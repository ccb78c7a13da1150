export interface ScenarioOptions {
  readonly seed: string;
  /** The moment that the story is told at: all of it lies in the hour before. Whole seconds, in milliseconds since 1970. */
  readonly atMs: number;
  /** Push activities of pushers; relay tasks bring their own besides. */
  readonly sessions: number;
  readonly tasks: number;
  /** Push domains that callback keys are bound to; empty: a domain of the simulation's own. */
  readonly domains: readonly string[];
}

/** What all parts of a scenario share. */
export interface Stage extends ScenarioOptions {
  readonly appIds: readonly [string, string];
  readonly id: string;
}
