import type { GraphqlContext } from './context.ts';

/** What follows from the state of the read models and the caller's role, beside these two themselves. */
type OfState = 'readModel' | 'role' | 'rows' | 'entries' | 'slices';

const others: Readonly<Record<Exclude<keyof GraphqlContext, OfState>, true>> = {
  requestId: true,
  callerName: true,
  resumeAfter: true,
  analyses: true,
  past: true,
  bodies: true,
  snapshots: true,
  outages: true,
  progress: true,
  log: true,
  mayHavePosition: true,
  notifications: true,
  timeSlices: true,
  health: true,
  decisions: true,
  operatorFacts: true,
  callbackSetup: true,
  clock: true,
  forwarding: true,
  alerts: true,
  logger: true,
};

/** A context that knows whether an answer was made of anything that can change while its read models and the role stay the same. */
export interface WatchedContext extends GraphqlContext {
  /** Whether it was asked for anything but the read models, the role and its budget of rows. */
  readonly wasAskedForMore: boolean;
}

class Watched implements Pick<GraphqlContext, OfState> {
  readonly readModel: GraphqlContext['readModel'];
  readonly role: GraphqlContext['role'];
  readonly rows: GraphqlContext['rows'];
  readonly entries: GraphqlContext['entries'];
  readonly slices: GraphqlContext['slices'];
  wasAskedForMore = false;

  constructor(readonly whole: GraphqlContext) {
    this.readModel = whole.readModel;
    this.role = whole.role;
    this.rows = whole.rows;
    this.entries = whole.entries;
    this.slices = whole.slices;
  }
}

for (const name of Object.keys(others)) {
  Object.defineProperty(Watched.prototype, name, {
    get(this: Watched) {
      this.wasAskedForMore = true;
      return Reflect.get(this.whole, name) as unknown;
    },
  });
}

/** To be executed in instead of the context that it is given. */
export function watchContext(context: GraphqlContext): WatchedContext {
  return new Watched(context) as unknown as WatchedContext;
}
