/** Days on which something goes wrong, or nothing does, instead of a scenario of everything. */
export const stories = ['night', 'provider', 'expired-key', 'relay-source', 'quiet'] as const;
export type Story = (typeof stories)[number];

export interface ScenarioOptions {
  readonly seed: string;
  /** When the scenario ends: milliseconds since 1970, in whole seconds. Everything happens in the hour before. */
  readonly atMs: number;
  /** Stream sessions of pushers; those that relay tasks push come on top. */
  readonly sessions: number;
  readonly tasks: number;
  /** Push domains that callback keys are bound to; empty: one made-up domain. */
  readonly domains: readonly string[];
  /** A day on which something goes wrong, instead of sessions and tasks of every kind. */
  readonly story?: Story | null;
}

/** What the parts of a scenario share while it is generated. */
export interface ScenarioContext extends ScenarioOptions {
  readonly appIds: readonly [string, string];
  /** Part of every name, so that no two scenarios share a stream. */
  readonly id: string;
}
