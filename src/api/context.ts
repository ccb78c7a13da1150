import { setImmediate as turn } from 'node:timers/promises';
import type { Analyses, Analysis, AnalysisQuestion, AnswerOf } from '../analysis/threads/start.ts';
import type { Audit, NewAuditEntry } from '../audit/audit-events.ts';
import type { Author } from '../log/author.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { Asker, Scope } from '../kernel/scope.ts';
import {
  createBodyBudget,
  operationBodyBytesMax,
  operationEntriesMax,
  operationRowsMax,
  type BodyBudget,
} from '../lists/budgets.ts';
import { RowBudget } from '../lists/listing.ts';
import type { PastCallback, PastMoment } from '../lists/sql/past-reader.ts';
import type { ReadModelSnapshot } from '../lists/sql/snapshot-pool.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import { fieldNameOf, objectOf } from '../audit/audit.ts';
import type { Measure } from './cost.ts';
import { querySlices, textsIn } from './execution/execute.ts';
import { allows, type Role } from './access/tokens.ts';
import type { HiddenPart } from '../lists/list-fields.ts';
import { type GraphqlPorts, headOf, limitedPorts } from './ports.ts';

/** Accounts that an AMBIGUOUS_ID error names. */
export const accountsNamedMax = 20;

/** One request: its caller, its id, and the cursor that it resumes from. */
export interface GraphqlRequest extends Asker {
  /** Named in every error and in the log of the process. */
  readonly requestId: string;
  readonly role: Role;
  /** How the log names the caller. */
  readonly author: Author;
  /** Whether it has sent a token. If none is needed, everybody is on this machine, where its files can be read as well. */
  readonly isIdentified: boolean;
  /** The cursor that a subscription resumes from, sent beside the operation; it wins over `after`. Null if none was sent. */
  readonly resumeAfter: string | null;
}

/** Shared: most operations are queries, and each would have a function of its own. */
const nothingToRecord = () => Promise.resolve();

/**
 * What the resolvers of one operation share: its request, the state of the read models that it sees, its budgets, and everything
 * that ends with it.
 */
export class GraphqlContext {
  readonly rows = new RowBudget(operationRowsMax);
  /** For the entries of lists inside other lists. */
  readonly entries = new RowBudget(operationEntriesMax);
  /** Whether it was asked for anything but the read models, the role and the row budgets: for something that can change while these stay the same. */
  wasAskedForMore = false;
  private readonly opened: ReadModelSnapshot[] = [];
  /** Undefined before `begin`. */
  private begun: Promise<void> | null | undefined;
  private hasEnded = false;
  private asked: OperationAnalyses | null = null;
  private limited: GraphqlPorts | null = null;
  private budget: BodyBudget | null = null;
  /** Fields of the answer with secrets that only admins read; of a message without those that are declared to have some. */
  readonly secretFields: string[] = [];
  private isOfMessage = false;
  /** Why its mutation is asked for, in the words of the caller; null: no reason was given. */
  reason: string | null = null;
  /** How many events of this operation say who has caused them. */
  eventsWithAuthor = 0;
  /**
   * Records that the mutation is about to change what no event of its own says. Call it before: then a process that is killed has changed nothing without an
   * entry of the audit. @throws LedgerError - STORE_UNAVAILABLE: change nothing
   */
  recordBegun: () => Promise<void> = nothingToRecord;

  /** `readModel` is one state for everything that a query or a message reads. A mutation, and the start of a subscription, read the newest state. */
  constructor(
    private readonly ofNode: GraphqlPorts,
    private readonly ofClient: GraphqlRequest,
    public readModel = ofClient.scope === null ? ofNode.readModel : headOf(ofNode.readModel),
    readonly slices = querySlices.ofOne(ofClient.client),
  ) {}

  /** For a message of a subscription: others read its state too, and it must not be late. */
  static ofMessage(ports: GraphqlPorts, request: GraphqlRequest, readModel: ReadModelReader): GraphqlContext {
    const context = new GraphqlContext(ports, request, readModel, querySlices.urgent);
    context.isOfMessage = true;
    return context;
  }

  get role(): Role {
    return this.ofClient.role;
  }

  get scope(): Scope | null {
    return this.ofClient.scope;
  }

  /** A text in the form that the caller may read. */
  show<Text extends string | null>(text: Text, part: HiddenPart = 'CREDENTIALS'): Text | string {
    return text === null ? text : this.ofNode.redaction.show(text, this.role, part);
  }

  /** The body of a callback in the form that the caller may read. */
  showBody(body: unknown): unknown {
    return this.ofNode.redaction.showBody(body, this.role);
  }

  /** Notes that the answer shows an admin a text which has a secret in it, if it has one. */
  noteSecret(field: string, text: string, part: HiddenPart = 'CREDENTIALS'): void {
    if (!this.mayReadSecrets(field)) return;
    if (this.ofNode.redaction.show(text, 'operator', part) !== text) this.secretFields.push(field);
  }

  /** As `noteSecret`, of the body of a callback. */
  noteSecretBody(field: string, body: unknown): void {
    if (!this.mayReadSecrets(field)) return;
    const shown = this.ofNode.redaction.showBody(body, 'operator');
    if (JSON.stringify(shown) !== JSON.stringify(body)) this.secretFields.push(field);
  }

  private mayReadSecrets(field: string): boolean {
    const { isIdentified, role } = this.ofClient;
    return isIdentified && !this.isOfMessage && allows(role, 'admin') && !this.secretFields.includes(field);
  }

  /** Notes fields in which nobody expects a secret, such as the name of a stream, but which show one: by their names in the answer. */
  private noteOtherSecrets(data: unknown): void {
    const { isIdentified, role } = this.ofClient;
    const hide = isIdentified && allows(role, 'admin') ? this.ofNode.redaction.ofAnswers('operator') : null;
    if (hide === null) return;
    const noted = new Set(this.secretFields.map(fieldNameOf));
    for (const { name, text } of textsIn(data)) {
      if (noted.has(name) || hide(text) === text) continue;
      noted.add(name);
      this.secretFields.push(name);
    }
  }

  /** Call it before the answer is sent: resolves once the log says which secrets it has. Null: it has none. @throws LedgerError - STORE_UNAVAILABLE */
  secretsRecorded(data: unknown): Promise<void> | null {
    this.noteOtherSecrets(data);
    // Each of those who are sent a message is recorded by itself.
    if (this.secretFields.length === 0 || this.isOfMessage) return null;
    // An answer that is kept would be sent to others.
    this.wasAskedForMore = true;
    return this.recordRead(this.secretFields);
  }

  /** Records that the caller reads secrets in these fields. @throws LedgerError - STORE_UNAVAILABLE */
  recordRead(fields: Iterable<string>): Promise<void> {
    const object = objectOf([...fields].sort());
    return this.audit('count', { action: 'READ_SECRETS', object, outcome: 'DONE', code: null, reason: null });
  }

  /** Records what the caller does. @throws LedgerError - STORE_UNAVAILABLE */
  audit<How extends keyof Audit>(how: How, entry: Omit<NewAuditEntry, 'author'>): ReturnType<Audit[How]> {
    return this.ofNode.audit[how]({ ...entry, author: this.ofClient.author }) as ReturnType<Audit[How]>;
  }

  /** What is done to every text of the answer; null: nothing. */
  get hide(): ((text: string) => string) | null {
    return this.ofNode.redaction.ofAnswers(this.role);
  }

  get request(): GraphqlRequest {
    this.wasAskedForMore = true;
    return this.ofClient;
  }

  get ports(): Omit<GraphqlPorts, 'readModel' | 'bodies' | 'redaction' | 'logSecret' | 'analyses' | 'past' | 'audit'> {
    this.wasAskedForMore = true;
    return this.scope === null ? this.ofNode : (this.limited ??= limitedPorts(this.ofNode));
  }

  get bodies(): BodyBudget {
    this.wasAskedForMore = true;
    return (this.budget ??= createBodyBudget(this.ofNode.bodies));
  }

  /** What it has used of its budgets so far. */
  get measured(): Readonly<Record<'rows' | 'entries' | 'bodyBytes', Measure>> {
    return {
      rows: { used: operationRowsMax - this.rows.rowsLeft, limit: operationRowsMax },
      entries: { used: operationEntriesMax - this.entries.rowsLeft, limit: operationEntriesMax },
      bodyBytes: { used: this.budget?.used() ?? 0, limit: operationBodyBytesMax },
    };
  }

  /** Questions about many rows: answered together, on other threads. */
  get analyses(): OperationAnalyses {
    this.wasAskedForMore = true;
    if (this.asked === null) {
      this.asked = new OperationAnalyses(this.ofNode.analyses, this.ofClient);
      if (this.hasEnded) this.asked.end();
    }
    return this.asked;
  }

  /**
   * Opens read models of the past, as far as these callbacks show it.
   * @throws LedgerError - as `PastReadModels.open`
   */
  async openPast(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelReader> {
    this.wasAskedForMore = true;
    return this.keep(await this.ofNode.past.open(callbacks, moment, this.ofClient));
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

  /** Call it when the operation has ended, and when its client has gone; more than once does no harm. */
  end(): void {
    this.hasEnded = true;
    this.asked?.end();
    for (const snapshot of this.opened.splice(0)) snapshot.close();
  }

  private readSnapshot(): Promise<void> | null {
    const opening = this.ofNode.snapshots.openForQuery(this.ofClient);
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

/** Refuses callers that are no operators; `rule` says in one sentence what only operators may do. @throws LedgerError - FORBIDDEN */
export function assertOperator({ role }: Pick<GraphqlContext, 'role'>, rule: string): void {
  if (!allows(role, 'operator')) throw new LedgerError('FORBIDDEN', `${rule} Send the token of an operator.`);
}

/** An answer, and the state that it was read from. */
export interface Analysed<Question extends AnalysisQuestion> extends Pick<Analysis, 'checkpoint' | 'version'> {
  readonly answer: AnswerOf<Question>;
}

/** The questions of one operation about many rows. Nothing is asked until a field does. */
export class OperationAnalyses {
  private together: { readonly questions: AnalysisQuestion[]; readonly analysis: Promise<Analysis> } | null = null;
  private readonly ended = new AbortController();

  constructor(
    private readonly analyses: Analyses,
    private readonly asker?: Asker,
  ) {}

  /**
   * Fields that an operation resolves at the same time ask together and are answered from one state.
   * @throws LedgerError - as `Analyses.ask`
   */
  async ask<Question extends AnalysisQuestion>(question: Question): Promise<Analysed<Question>> {
    const { questions, analysis } = (this.together ??= this.begin());
    const index = questions.push(question) - 1;
    const { answers, checkpoint, version } = await analysis;
    // Answers are in the order of the questions.
    return { answer: answers[index] as AnswerOf<Question>, checkpoint, version };
  }

  /** Stops answering: the operation has ended, or its client has gone. */
  end(): void {
    this.ended.abort();
  }

  private begin() {
    const questions: AnalysisQuestion[] = [];
    // Fields are resolved after their arguments were read, which takes some microtasks.
    const analysis = turn().then(() => {
      this.together = null;
      return this.analyses.ask(questions, this.ended.signal, this.asker);
    });
    return { questions, analysis };
  }
}
