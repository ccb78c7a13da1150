import type { PastCallback, PastMoment } from '../lists/sql/past-reader.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { ReadModelSnapshot } from '../lists/snapshots.ts';
import { RowBudget } from '../lists/listing.ts';
import {
  createOperationAnalyses,
  type GraphqlContext,
  type GraphqlPorts,
  type GraphqlRequest,
  type OperationAnalyses,
} from './context.ts';
import { querySlices } from './execution/execute.ts';
import { createBodyBudget, type BodyBudget, operationEntriesMax, operationRowsMax } from '../lists/budgets.ts';

/** One operation of a client, however often it is executed: the state of the read models that it sees, and everything that ends with it. */
export class Operation {
  private readonly opened: ReadModelSnapshot[] = [];
  /** Undefined before `begin`. */
  private begun: Promise<void> | null | undefined;
  private hasEnded = false;
  private asked: OperationAnalyses | null = null;

  /** Until it has begun, it reads the newest state. */
  constructor(
    readonly ports: GraphqlPorts,
    readonly request: GraphqlRequest,
    public readModel = ports.readModel,
    readonly slices = querySlices.ofOne(),
  ) {}

  /** A message of a subscription: others read its state too, and it must not be late. */
  static ofMessage(ports: GraphqlPorts, request: GraphqlRequest, readModel: ReadModelReader): Operation {
    return new Operation(ports, request, readModel, querySlices.urgent);
  }

  /**
   * Call it for a query, before anything is read: from then on the query reads one snapshot. Once is enough. A mutation
   * must see its own changes. Null: it has begun at once, as it does unless too many others are open.
   * @throws LedgerError - QUERIES_OVERLOADED
   */
  begin(): Promise<void> | null {
    if (this.begun === undefined) this.begun = this.readSnapshot();
    return this.begun;
  }

  /** Its questions about many rows: answered together, on other threads. */
  get analyses(): OperationAnalyses {
    if (this.asked === null) {
      this.asked = createOperationAnalyses(this.ports.analyses);
      if (this.hasEnded) this.asked.end();
    }
    return this.asked;
  }

  /**
   * Opens read models of the past, as far as these callbacks show it.
   * @throws LedgerError - as `PastReadModels.open`
   */
  async openPast(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelReader> {
    return this.keep(await this.ports.past.open(callbacks, moment));
  }

  /** Call it when the operation has ended, and when its client has gone; more than once does no harm. */
  end(): void {
    this.hasEnded = true;
    this.asked?.end();
    for (const snapshot of this.opened.splice(0)) snapshot.close();
  }

  private readSnapshot(): Promise<void> | null {
    const opening = this.ports.snapshots.openForQuery();
    const read = (snapshot: ReadModelSnapshot) => {
      this.readModel = this.keep(snapshot);
    };
    if (opening instanceof Promise) return opening.then(read);
    read(opening);
    return null;
  }

  private keep(snapshot: ReadModelSnapshot): ReadModelReader {
    this.opened.push(snapshot);
    // The client went while the operation waited for it.
    if (this.hasEnded) this.end();
    return snapshot.reader;
  }
}

/** Everything that follows from the state of the read models and the caller's role, besides these two themselves. */
type OfState = 'readModel' | 'role' | 'rows' | 'entries' | 'slices' | 'wasAskedForMore';

type OfPorts = Exclude<keyof GraphqlPorts, 'readModel' | 'bodies' | 'analyses' | 'past'>;

/** One execution of an operation. A class, because its getters note what an answer was made of: see `wasAskedForMore`. */
class Context implements Pick<GraphqlContext, OfState | 'bodies' | 'analyses' | 'openPast'> {
  readonly rows = new RowBudget(operationRowsMax);
  readonly entries = new RowBudget(operationEntriesMax);
  wasAskedForMore = false;
  private budget: BodyBudget | null = null;

  constructor(readonly operation: Operation) {}

  get readModel(): ReadModelReader {
    return this.operation.readModel;
  }

  get role(): GraphqlContext['role'] {
    return this.operation.request.role;
  }

  get slices(): GraphqlContext['slices'] {
    return this.operation.slices;
  }

  get bodies(): BodyBudget {
    return (this.budget ??= createBodyBudget(this.more().ports.bodies));
  }

  get analyses(): OperationAnalyses {
    return this.more().analyses;
  }

  openPast(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelReader> {
    return this.more().openPast(callbacks, moment);
  }

  more(): Operation {
    this.wasAskedForMore = true;
    return this.operation;
  }
}

const ofPorts: Readonly<Record<OfPorts, true>> = {
  snapshots: true,
  outages: true,
  progress: true,
  log: true,
  mayHavePosition: true,
  notifications: true,
  health: true,
  decisions: true,
  operatorFacts: true,
  callbackSetup: true,
  clock: true,
  forwarding: true,
  alerts: true,
  logger: true,
};

const ofRequest: Readonly<Record<Exclude<keyof GraphqlRequest, 'role'>, true>> = {
  requestId: true,
  callerName: true,
  resumeAfter: true,
};

for (const [part, names] of [['ports', ofPorts] as const, ['request', ofRequest] as const]) {
  for (const name of Object.keys(names)) {
    Object.defineProperty(Context.prototype, name, {
      get(this: Context) {
        return Reflect.get(this.more()[part], name) as unknown;
      },
    });
  }
}

/** A context with full budgets: one for each execution of an operation, and for each message of a subscription. */
export function createGraphqlContext(operation: Operation): GraphqlContext {
  return new Context(operation) as unknown as GraphqlContext;
}
