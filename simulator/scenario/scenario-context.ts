export interface ScenarioOptions {
  readonly seed: string;
  /** When the scenario ends: everything in it happens in the hour before. Milliseconds since 1970, whole seconds. */
  readonly atMs: number;
  /** Stream sessions of pushers; the sessions that relay tasks push are in addition. */
  readonly sessions: number;
  readonly tasks: number;
  /** Push domains that callback keys are bound to; empty: one made-up domain. */
  readonly domains: readonly string[];
}

/** What the parts of a scenario share while it is made. */
export interface ScenarioContext extends ScenarioOptions {
  readonly appIds: readonly [string, string];
  /** Part of every name, so that no two scenarios share a stream. */
  readonly id: string;
}
