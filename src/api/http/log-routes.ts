import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { tooManyWrongTokens, type OnRefused, type Refusal } from '../../connections/refusals.ts';
import { bearerOf } from '../../connections/request-reading.ts';
import { withTimeLimit } from '../../kernel/clock.ts';
import type { Notifications } from '../../kernel/notifier.ts';
import {
  OtherHistory,
  writeChange,
  writePage,
  type LogPage,
  type LogPageReader,
  type PageStart,
} from '../../log/log-page.ts';
import type { AdmissionRules } from '../access/admission.ts';
import { refusingWith, registerScope } from './refusal-routes.ts';
import type { Audit } from '../../audit/audit-events.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import { nobody } from '../../log/author.ts';

/** The log for standbys, which may read all of it. */
export interface ServedLog {
  readonly pages: LogPageReader;
  /** Notified when the log has more. */
  readonly appended: Notifications;
}

/** Who may read the log; read for each request, so it may be changed. Without tokens, nobody. */
export interface LogAccess {
  readonly tokens: readonly string[];
}

/** Milliseconds that a request may wait for the next event, whatever it asks for. */
const waitMsMax = 10_000;

/** Requests for the log at a time, a page in memory each: more standbys than anybody has. */
const openMax = 8;

interface LogRoutesOptions {
  readonly access: LogAccess;
  readonly log: ServedLog;
  readonly admission: Pick<AdmissionRules, 'addressOf' | 'wrongTokens' | 'onTokenRefused'>;
  readonly readings: LogReadings;
  readonly onRefused: OnRefused;
}

/**
 * The log as it is stored, for standbys alone: `GET /log` has what follows an event, in one page, and waits for it if there is none yet;
 * `GET /log/removed` has what was removed. Neither counts against limits of queries.
 */
export function logRoutes(server: FastifyInstance, options: LogRoutesOptions): void {
  const { log, onRefused, admission, readings } = options;
  const stopping = new AbortController();
  let open = 0;
  const refuse = refusingWith(onRefused);
  void registerScope(server, 'log', (scope) => {
    scope.addHook('onRequest', (request, reply, next) => {
      void reply.header('cache-control', 'no-store');
      const refusal = refusalOf(request, options) ?? (open >= openMax ? tooMany : null);
      if (refusal !== null) {
        void refuse(reply, request, refusal);
        return;
      }
      open += 1;
      reply.raw.once('close', () => (open -= 1));
      next();
    });
    scope.get('/log', async (request, reply) => {
      const { after, digest, waitMs } = request.query as Record<string, unknown>;
      const start = { after: wholeOf(after), digest: digestIn(digest) };
      if (start.after === null || start.digest === undefined) return refuse(reply, request, wrongQuery);
      const ms = Math.min(waitMsMax, Number(wholeOf(waitMs) ?? 0));
      try {
        const from = { after: start.after, digest: start.digest };
        const page = await withTimeLimit({ ms, signal: stopping.signal }, (limited) => readPage(log, from, limited));
        if (page.changes.length > 0) await readings.note(admission.addressOf(request.raw), start.after);
        return await reply.type(contentType).send(writePage(page));
      } catch (error) {
        if (error instanceof OtherHistory) return refuse(reply, request, otherHistory);
        throw error;
      }
    });
    scope.get('/log/removed', (request, reply) => {
      const upTo = wholeOf((request.query as Record<string, unknown>)['upTo']);
      if (upTo === null) return refuse(reply, request, wrongQuery);
      return reply.type(contentType).send(Readable.from(linesOf(log.pages, upTo), { objectMode: false }));
    });
  });
  // Of the whole server: hooks of its parts come after its own, the last of which waits for all connections.
  server.addHook('preClose', (closed) => {
    stopping.abort();
    closed();
  });
}

/** What follows an event, once there is something, or the signal aborts. */
async function readPage({ pages, appended }: ServedLog, start: PageStart, signal: AbortSignal): Promise<LogPage> {
  const { seen } = appended;
  const page = pages.read(start);
  if (page.changes.length > 0) return page;
  await appended.after(seen, signal);
  return pages.read(start);
}

/** Why a request may not read the log; null if it may. */
function refusalOf({ raw, headers }: FastifyRequest, { access, admission }: LogRoutesOptions): Refusal | null {
  const { addressOf, wrongTokens, onTokenRefused } = admission;
  if (access.tokens.length === 0) return notServed;
  const bearer = bearerOf(headers.authorization) ?? '';
  const address = addressOf(raw);
  const compared = wrongTokens.compare(address, bearer, access.tokens);
  if (compared === 'LISTED') return null;
  const refusal = compared === 'WRONG' ? noToken : tooManyWrongTokens;
  if (bearer !== '') onTokenRefused(address, refusal);
  return refusal;
}

const contentType = 'application/jsonl; charset=utf-8';

function* linesOf(pages: LogPageReader, upTo: bigint): Generator<Buffer> {
  for (const changes of pages.removed(upTo)) {
    yield Buffer.from(changes.map((change) => `${writeChange(change)}\n`).join(''));
  }
}

function wholeOf(value: unknown): bigint | null {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? BigInt(value) : null;
}

/** Undefined: it is none. */
function digestIn(value: unknown): Buffer | null | undefined {
  if (value === '' || value === undefined) return null;
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? Buffer.from(value, 'hex') : undefined;
}

const notServed: Refusal = {
  status: 404,
  error: 'NOT_FOUND',
  message: 'This node does not serve its log: STANDBY_TOKENS is not set.',
};
const noToken: Refusal = {
  status: 401,
  error: 'UNAUTHENTICATED',
  message: 'Send the header Authorization: Bearer with one of STANDBY_TOKENS.',
};
const tooMany: Refusal = {
  status: 503,
  error: 'QUERIES_OVERLOADED',
  message: `More than ${openMax} requests read the log at once.`,
};
const wrongQuery: Refusal = {
  status: 400,
  error: 'BAD_REQUEST',
  message: 'Name a position: after (and the digest of its event) for /log, upTo for /log/removed.',
};
const otherHistory: Refusal = {
  status: 409,
  error: 'OTHER_HISTORY',
  message: 'This log has another event at that position, or does not go so far: it is not the one that was copied.',
};

/** Milliseconds in which an address that goes on reading is not recorded again: a page may have a single event, and each entry is one more. */
const recordedForMs = 3_600_000;

/** Addresses that are recorded apart, more than anybody has standbys. Those beyond are recorded together, so that they do not fill the disk. */
const addressesMax = 20;

/** Records who reads the log, with all that callbacks had: an address when it begins, whenever it begins at the first event, and once an hour. */
export class LogReadings {
  /** By address: when it was recorded. Null: all addresses beyond those that are recorded apart. */
  private readonly recordedAtMs = new Map<string | null, number>();

  constructor(
    private readonly audit: () => Audit,
    private readonly clock: Clock,
  ) {}

  /** Call it before events are sent. If the log takes nothing, they are sent all the same: then a copy matters most. The next reading is recorded instead. */
  async note(address: string, after: bigint): Promise<void> {
    const nowMs = this.clock();
    // A clock that was set back must hide nobody.
    const isRecent = (atMs = -Infinity) => nowMs >= atMs && nowMs - atMs < recordedForMs;
    for (const [known, atMs] of this.recordedAtMs) if (!isRecent(atMs)) this.recordedAtMs.delete(known);
    const isApart = this.recordedAtMs.has(address) || this.recordedAtMs.size < addressesMax;
    const from = isApart ? address : null;
    if (after > 0n && isRecent(this.recordedAtMs.get(from))) return;
    this.recordedAtMs.set(from, nowMs);
    const entry = { action: 'READ_LOG', object: `after ${after}`, outcome: 'DONE', code: null, reason: null } as const;
    try {
      await this.audit().count({ ...entry, author: { ...nobody, from } });
    } catch (error) {
      this.recordedAtMs.delete(from);
      if (!(error instanceof LedgerError)) throw error;
    }
  }
}
