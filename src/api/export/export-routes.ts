import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { LiveOperations } from '../subscriptions/live-operations.ts';
import { readTable, readTableRequest, type Parameters } from './table-request.ts';
import { showsSecrets, tableFormats, tablesOf, type Column, type Table, type TableFormat } from './tables.ts';
import type { Audit } from '../../audit/audit-events.ts';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import { describeFault } from '../../kernel/logger.ts';
import { scopeKey } from '../../kernel/scope.ts';
import { encodingFor, type Encoding } from '../http/compression.ts';
import { admit, askerOf, type AdmissionRules, type Caller } from '../access/admission.ts';
import { exportsMax, exportsOfClientMax, exportStalledMsMax } from '../../connections/limits.ts';
import type { Metrics } from '../../observing/metrics.ts';
import { answerHeaders, registerScope, refuse, statusOfCode } from '../http/refusal-routes.ts';
import { rateError } from '../access/rates.ts';
import { answerPages, createOpenExports, sendTable, observeExports } from './send-table.ts';

interface ExportRoutesOptions {
  readonly schema: GraphQLSchema;
  readonly operations: LiveOperations;
  readonly admission: AdmissionRules;
  readonly metrics: Metrics;
  readonly audit: () => Audit;
  /** Measures how fast clients take exports. */
  readonly elapsedMs?: Clock;
}

/** The route of tables. `file` is the name of a list or a statistic, with the ending of a format. */
const exportPath = '/export/:file';

/**
 * Serves `GET /export/<list>.csv` and `.jsonl`: every list and statistic as a table. An export is a GraphQL operation, answered
 * a page at a time under the same rules and rights. If its first page fails, the answer is a refusal with a status. If a later
 * page fails, the connection is cut off.
 */
export function exportRoutes(server: FastifyInstance, options: ExportRoutesOptions): void {
  const { schema, operations, admission, metrics, audit } = options;
  const tables = tablesOf(schema);
  const exports = createOpenExports(options.elapsedMs);
  const observed = observeExports(metrics.registry, tables.keys(), () => exports.open());

  const callerOf = ({ raw }: FastifyRequest): Caller => {
    const { caller, refusal } = admit(admission, raw);
    if (refusal !== null) throw new LedgerError(refusal.error, refusal.message);
    return caller;
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = callerOf(request);
    const { table, format: plain, file } = findTable(tables, (request.params as { readonly file: string }).file);
    const asked = readTableRequest(table, request.query as Parameters);
    if (asked.spreadsheet !== null && plain !== tableFormats.csv) throw onlyCsv;
    const format = asked.spreadsheet ?? plain;
    takeExport(caller, reply);
    const pace = exports.claim(reply.raw, clientOf(caller, request.ip));
    if (pace === null) throw tooMany;
    const { role, scope } = caller;
    const asker = { ...askerOf(caller), requestId: request.id, resumeAfter: null };
    const answerPage = answerPages(operations, asker, reply.raw);
    const others = readTable(asked, async (...page) => {
      // An export may last for hours, and what its token allows may have changed meanwhile.
      const now = callerOf(request);
      if (now.role !== role || scopeKey(now.scope) !== scopeKey(scope)) throw tokenChanged;
      return answerPage(...page);
    });
    // Before the head, so that a refusal has a status.
    const first = await others.next();
    await recordExport(audit(), caller, { table, columns: asked.columns });
    metrics.operationAnswered('OK');
    const encoding = sendHead(request, reply, { contentType: format.contentType, file });
    if (request.method === 'HEAD') return reply;
    const end = await sendTable(reply.raw, {
      columns: asked.columns,
      first: first.done === true ? [] : first.value,
      others,
      format,
      encoding,
      pace,
      onRows: (count) => {
        observed.rows(table.name, count);
      },
      onFailed: (error) => logCutOff(request, table.name, error),
    });
    observed.ended(table.name, end);
    return reply;
  }

  void registerScope(server, 'export', (scope) => {
    scope.addHook('onRequest', (_request, reply, next) => {
      void reply.headers(answerHeaders);
      next();
    });
    scope.setErrorHandler((error, request, reply) => {
      const { code, message, details } = error instanceof LedgerError ? error : fault;
      if (code === 'INTERNAL') request.log.error(describeFault(error), 'an export failed');
      const status = statusOf(code);
      metrics.operationAnswered(code);
      const retryAfterSeconds = details['retryAfterSeconds'] as number | undefined;
      return refuse(reply, request, { status, error: code, message, retryAfterSeconds });
    });
    scope.route({ url: exportPath, method: ['GET', 'HEAD'], handler: answer });
  });
  server.addHook('preClose', (closed) => {
    exports.stop();
    closed();
  });
}

function logCutOff(request: FastifyRequest, table: string, error: unknown): void {
  const reason = error instanceof LedgerError ? { code: error.code } : describeFault(error);
  request.log.warn({ table, ...reason }, 'an export was cut off');
}

/** @throws LedgerError - RATE_LIMITED */
function takeExport({ account }: Caller, reply: FastifyReply): void {
  const refusal = account.take('exports');
  void reply.headers(account.headers(['exports', 'cost']));
  if (refusal !== null) throw rateError(refusal);
}

/** Without tokens, everybody is on this machine, where its files can be read as well. @throws LedgerError - STORE_UNAVAILABLE */
async function recordExport(
  audit: Audit,
  { author, role, identity }: Caller,
  { table, columns }: { readonly table: Table; readonly columns: readonly Column[] },
): Promise<void> {
  if (identity === null) return;
  const action = role === 'admin' && showsSecrets(table, columns) ? 'EXPORT_WITH_SECRETS' : 'EXPORT';
  await audit.count({ author, action, object: table.name, outcome: 'DONE', code: null, reason: null });
}

/** Without tokens, everybody is on this machine: there is no other client to leave room for. */
function clientOf({ identity }: Caller, address: string): string | null {
  return identity === null ? null : `${identity} ${address}`;
}

interface FoundTable {
  readonly table: Table;
  readonly format: TableFormat;
  /** The name that a browser gives the file. */
  readonly file: string;
}

/** @throws LedgerError - NOT_FOUND */
function findTable(tables: ReadonlyMap<string, Table>, file: string): FoundTable {
  const [, name = '', ending = ''] = /^(\w+)\.(csv|jsonl)$/.exec(file) ?? [];
  const [table, format] = [tables.get(name), tableFormats[ending as keyof typeof tableFormats]];
  if (table !== undefined) return { table, format, file };
  throw new LedgerError(
    'NOT_FOUND',
    `There is no such table. Tables end in .csv or .jsonl, and are named ${[...tables.keys()].join(', ')}.`,
  );
}

interface HeadOfTable {
  readonly contentType: string;
  readonly file: string;
}

/** Returns how the table is to be compressed. After it, the answer to a HEAD is complete. */
function sendHead(request: FastifyRequest, reply: FastifyReply, { contentType, file }: HeadOfTable): Encoding | null {
  reply.hijack();
  const { raw } = reply;
  const encoding = encodingFor(request.headers['accept-encoding']);
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': contentType,
    ...(encoding !== null && { 'content-encoding': encoding }),
    'content-disposition': `attachment; filename="${file}"`,
    'x-content-type-options': 'nosniff',
    // A proxy that buffers answers would take rows that the client does not.
    'x-accel-buffering': 'no',
  });
  raw.setTimeout(exportStalledMsMax, () => raw.destroy());
  if (request.method === 'HEAD') raw.end();
  return encoding;
}

function statusOf(code: ErrorCode): number {
  if (code === 'NOT_FOUND') return 404;
  if (code === 'FORBIDDEN') return 403;
  return statusOfCode[code] ?? (code === 'OPERATION_TIMEOUT' ? 503 : 400);
}

const onlyCsv = new LedgerError(
  'BAD_USER_INPUT',
  'for=spreadsheet is a form of CSV. Ask for the table ending in .csv.',
);

const tokenChanged = new LedgerError(
  'UNAUTHENTICATED',
  'The role or the scope of the token has changed. Send the request again.',
);

const tooMany = new LedgerError(
  'QUERIES_OVERLOADED',
  `At most ${exportsMax} exports are answered at a time, and ${exportsOfClientMax} to one token and address. Send it again later, at another node if there are several.`,
);

const fault = new LedgerError('INTERNAL', 'A fault of this server. Report it with the request id.');
