/** The service under attack. */
export interface Target {
  readonly port: number;
  /** The first process of its tree. */
  readonly pid: number;
  /** Milliseconds that the attack may last. */
  readonly ms: number;
}

/** A line of the table: an attack, and the service that it needs. */
export interface HostileLine {
  readonly name: string;
  readonly what: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** With fewer processes, the line is skipped. */
  readonly processesMin?: number;
  /** Resolves with what it got, before or soon after its time is over. */
  readonly attack: (target: Target) => Promise<string>;
}
