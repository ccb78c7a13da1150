import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OnRefused, Refusal } from '../../connections/refusals.ts';
import { bearerOf } from '../../connections/request-reading.ts';
import { isOwnPage } from '../../connections/web-pages.ts';
import { admit, sessionEnds, type AdmissionRules } from '../access/admission.ts';
import { sessionMsMax } from '../access/sessions.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { challenge, namedPlugin, refuse, statusOfCode } from './refusal-routes.ts';

export interface SessionRoutesOptions {
  readonly admission: AdmissionRules;
  readonly onRefused: OnRefused;
}

/** The route of the session of a browser. */
export const sessionPath = '/session';

/**
 * The session of a browser: `POST /session` with a bearer token begins it, `DELETE` ends it, and `GET` says who asks and until when, or why not. Only
 * pages of this service have one; programs send their token with each request.
 */
export function sessionRoutes(server: FastifyInstance, { admission, onRefused }: SessionRoutesOptions): void {
  const { access, sessions, clock } = admission;
  const refuseWith = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal) => {
    onRefused(refusal, request.id);
    challenge(reply, refusal.status);
    return refuse(reply, request, refusal);
  };

  const plugin = namedPlugin('session', (scope, _options, done) => {
    scope.addHook('onRequest', (request, reply, next) => {
      void reply.header('cache-control', 'no-store');
      if (request.method === 'GET' || request.method === 'HEAD' || isOwnPage(request.raw, admission)) next();
      else void refuseWith(request, reply, notOwnPage);
    });
    scope.setErrorHandler((error, request, reply) => {
      if (!(error instanceof LedgerError)) throw error;
      return refuseWith(request, reply, {
        status: statusOfCode[error.code] ?? 400,
        error: error.code,
        message: error.message,
      });
    });
    scope.get(sessionPath, (request, reply) => {
      const { caller, refusal } = admit(admission, request.raw);
      if (refusal !== null && refusal.status !== 401) return refuseWith(request, reply, refusal);
      return reply.send({
        caller: caller && {
          name: caller.name,
          role: caller.role.toUpperCase(),
          until: caller.expiresAtMs === null ? null : new Date(caller.expiresAtMs).toISOString(),
        },
        ended: sessionEnds.get(refusal) ?? null,
        message: refusal?.message ?? null,
        signIn: { token: access.mode === 'tokens' },
      });
    });
    scope.post(sessionPath, (request, reply) => {
      // A session must not be prolonged by itself.
      if (access.mode !== 'tokens' || bearerOf(request.headers.authorization) === undefined)
        return refuseWith(request, reply, noToken);
      const { caller, refusal } = admit(admission, request.raw);
      if (refusal !== null) return refuseWith(request, reply, refusal);
      const token = bearerOf(request.headers.authorization) ?? '';
      const untilMs = Math.min(clock() + sessionMsMax, caller.expiresAtMs ?? Infinity);
      const isSecure = request.headers.origin?.startsWith('https:') === true;
      const cookie = sessions.begin({ token, use: 'BEARER', untilMs }, isSecure, clock());
      return reply.code(204).header('set-cookie', cookie).send();
    });
    scope.delete(sessionPath, (request, reply) =>
      reply.code(204).header('set-cookie', sessions.end(request.raw)).send(),
    );
    done();
  });
  void server.register(plugin);
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
