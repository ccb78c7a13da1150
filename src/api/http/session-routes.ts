import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OnRefused, Refusal } from '../../connections/refusals.ts';
import { bearerOf, isOwnPage } from '../../connections/request-reading.ts';
import type { Audit } from '../../audit/audit-events.ts';
import { nobody, type Author } from '../../log/author.ts';
import { admit, sessionEnds, type AdmissionRules } from '../access/admission.ts';
import { callbackPath, SignInFailed, type IssuerSignIn } from '../access/issuer-sign-in.ts';
import { bearerOfClaims, callerOfClaims } from '../access/identities.ts';
import { sessionMsMax } from '../access/sessions.ts';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import { refusingWith, registerScope, statusOfCode } from './refusal-routes.ts';

interface SessionRoutesOptions {
  readonly admission: AdmissionRules;
  /** Null: nobody signs in at an issuer. */
  readonly signIn: IssuerSignIn | null;
  readonly onRefused: OnRefused;
  readonly audit: () => Audit;
}

/** Records that nobody has signed in. Never rejects: nobody waits for it. */
export function noteRefused(audit: Audit, from: string, code: ErrorCode): Promise<void> {
  const entry = { action: 'SIGN_IN', object: null, outcome: 'REFUSED', code, reason: null } as const;
  return audit.count({ ...entry, author: { ...nobody, from } }).catch(() => undefined);
}

/** Records who has signed in, if the log can be written: a standby is read without, and so is a node in an outage. */
async function recordSignedIn(audit: Audit, author: Author): Promise<void> {
  try {
    await audit.record({ action: 'SIGN_IN', object: null, outcome: 'DONE', code: null, reason: null, author });
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
  }
}

/** The route of the session of a browser. */
export const sessionPath = '/session';

/**
 * The session of a browser: `POST /session` with a bearer token begins it, `DELETE` ends it, and `GET` says who asks and until when, or why not. Only
 * pages of this service have one; programs send their token with each request.
 */
export function sessionRoutes(server: FastifyInstance, options: SessionRoutesOptions): void {
  const { admission, signIn, onRefused, audit } = options;
  const { access, sessions, clock } = admission;
  const refuse = refusingWith(onRefused);

  void registerScope(server, 'session', (scope) => {
    scope.addHook('onRequest', (request, reply, next) => {
      void reply.header('cache-control', 'no-store');
      if (request.method === 'GET' || request.method === 'HEAD' || isOwnPage(request.raw, admission)) next();
      else void refuse(reply, request, notOwnPage);
    });
    scope.setErrorHandler((error, request, reply) => {
      if (!(error instanceof LedgerError)) throw error;
      const status = statusOfCode[error.code] ?? 400;
      if (error instanceof SignInFailed && error.code !== 'ISSUER_UNAVAILABLE') {
        void noteRefused(audit(), admission.addressOf(request.raw), error.code);
      }
      if (error instanceof SignInFailed) request.log.warn({ why: error.message }, 'nobody was signed in at the issuer');
      if (request.url.startsWith(ofSignIn) && request.headers.accept?.includes('text/html') === true) {
        onRefused({ status, error: error.code, message: error.message }, request.id);
        return reply.code(status).headers(pageHeaders).send(failedPage(error));
      }
      return refuse(reply, request, { status, error: error.code, message: error.message });
    });
    scope.get(sessionPath, (request, reply) => {
      const { caller, refusal } = admit(admission, request.raw);
      if (refusal !== null && refusal.status !== 401) return refuse(reply, request, refusal);
      return reply.send({
        caller: caller && {
          name: caller.name,
          role: caller.role.toUpperCase(),
          until: caller.expiresAtMs === null ? null : new Date(caller.expiresAtMs).toISOString(),
        },
        ended: sessionEnds.get(refusal) ?? null,
        message: refusal?.message ?? null,
        signIn: {
          token: access.mode === 'tokens' && (access.tokens.length > 0 || signIn === null),
          issuer: signIn?.host ?? null,
        },
      });
    });
    scope.post(sessionPath, async (request, reply) => {
      // A session must not be prolonged by itself.
      if (access.mode !== 'tokens' || bearerOf(request.headers.authorization) === undefined)
        return refuse(reply, request, noToken);
      const { caller, refusal } = admit(admission, request.raw);
      if (refusal !== null) return refuse(reply, request, refusal);
      await recordSignedIn(audit(), caller.author);
      const token = bearerOf(request.headers.authorization) ?? '';
      const untilMs = Math.min(clock() + sessionMsMax, caller.expiresAtMs ?? Infinity);
      const isSecure = request.headers.origin?.startsWith('https:') === true;
      const cookie = sessions.begin({ token, use: 'BEARER', untilMs }, isSecure, clock());
      return reply.code(204).header('set-cookie', cookie).send();
    });
    scope.delete(sessionPath, (request, reply) =>
      reply.code(204).header('set-cookie', sessions.end(request.raw)).send(),
    );
    if (signIn !== null) signInRoutes(scope, signIn, options);
  });
}

type WithQuery = FastifyRequest<{ Querystring: Readonly<Record<string, unknown>> }>;

/** `GET /session/login?to=` leads to the issuer, and the issuer leads back to `GET /session/callback`. */
function signInRoutes(scope: FastifyInstance, signIn: IssuerSignIn, { admission, audit }: SessionRoutesOptions): void {
  const { access, sessions, clock, addressOf } = admission;
  scope.get('/session/login', async ({ raw, query }: WithQuery, reply) => {
    const { to = '/' } = query;
    const { location, cookie } = await signIn.begin(raw, String(to));
    return reply.header('set-cookie', cookie).redirect(location);
  });
  scope.get(callbackPath, async ({ raw }, reply) => {
    const answered = new URL(raw.url ?? '', 'http://localhost').searchParams;
    const { session, claims, page } = await signIn.finish(raw, answered);
    const rules = access.mode === 'tokens' ? access.identities : undefined;
    const caller = rules === undefined ? null : callerOfClaims(claims, rules);
    // The session of somebody without a role is answered nothing but why.
    if (caller === null) await noteRefused(audit(), addressOf(raw), 'UNAUTHENTICATED');
    else {
      const { name, role } = caller;
      await recordSignedIn(audit(), { name, role, ...bearerOfClaims(claims), from: addressOf(raw) });
    }
    const cookie = sessions.begin(session, page.protocol === 'https:', clock());
    return reply.header('set-cookie', cookie).redirect(page.href);
  });
}

/** What browsers are led to, and show. */
const ofSignIn = '/session/';

const pageHeaders = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" };

/** Its texts are this service's own. */
function failedPage(error: LedgerError): string {
  const page = error instanceof SignInFailed ? error.page : '/';
  const again = `/session/login?to=${encodeURIComponent(page)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign-in failed</title>
<h1>Nobody is signed in</h1>
<p>${error.message}</p>
<p><a href="${again}">Sign in again</a>, or go to <a href="/">the console</a>.</p>
</html>
`;
}

const notOwnPage: Refusal = {
  status: 403,
  error: 'ORIGIN_NOT_ALLOWED',
  message: 'Only a page of this service has a session. Programs and other pages send their token with each request.',
};

const noToken: Refusal = {
  status: 400,
  error: 'BAD_REQUEST',
  message: 'A session begins with one of API_TOKENS, or a token of OIDC_ISSUER, in the header Authorization: Bearer.',
};
