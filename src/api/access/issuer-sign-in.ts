import type { JWTPayload } from 'jose';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { secretDigest } from '../../kernel/encoding.ts';
import { isOwnOrigin, requestedOrigin, type PageRules } from '../../connections/request-reading.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LedgerError } from '../../kernel/errors.ts';
import {
  isJwt,
  type Identities,
  askForTokens,
  readIssuerConfiguration,
  signsIn,
  type IssuerConfiguration,
  type OidcClient,
} from './identities.ts';
import { sessionMsMax, type SessionToken, keyFor, seal, unseal, readCookie, writeCookie } from './sessions.ts';

/** The issuer sends browsers back to this path: the redirect URI of the client ends in it. */
export const callbackPath = '/session/callback';

/** Milliseconds between leaving for the issuer and coming back: time to look for a second factor. */
const signInMsMax = 15 * 60_000;

/** Milliseconds for which the configuration of the issuer is used: whoever begins to sign in again and again asks the issuer nothing. */
const configurationMsMax = 60_000;

/** Characters of the address to come back to, which is part of the address of the issuer. */
const pageLengthMax = 2_000;

/** The cookie by which a browser proves that it has begun what it finishes. */
const cookieName = 'live-ledger-sign-in';
const browserPattern = /^[\w-]{43}$/;

interface IssuerSignInOptions {
  readonly issuer: string;
  readonly client: OidcClient;
  readonly identities: Identities;
  readonly rules: PageRules;
  /** That of the log; null while it can't be read. */
  readonly secret: () => string | null;
  readonly clock: Clock;
}

/** Somebody could not sign in: why, and the page that they wanted to see. */
export class SignInFailed extends LedgerError {
  constructor(
    message: string,
    readonly page: string,
    code: 'SIGN_IN_FAILED' | 'ISSUER_UNAVAILABLE' = 'SIGN_IN_FAILED',
  ) {
    super(code, message);
  }
}

/**
 * Signs people in at the issuer: OpenID Connect's authorization code flow, with PKCE. Nothing is stored meanwhile: what was begun is sealed in `state`, for the
 * browser that began it alone, and the verifier and the nonce follow from both.
 */
export class IssuerSignIn {
  private configuration: { readonly read: Promise<IssuerConfiguration>; readonly untilMs: number } | null = null;

  constructor(private readonly options: IssuerSignInOptions) {}

  /** The host of the issuer, as people know it. */
  get host(): string {
    return new URL(this.options.issuer).host;
  }

  /** Where to send a browser that shall come back to a page of this service, and its cookie. @throws LedgerError */
  async begin(
    request: IncomingMessage,
    wanted: string,
  ): Promise<{ readonly location: string; readonly cookie: string }> {
    const { client, clock } = this.options;
    const page = this.ownPage(request, wanted);
    const { authorization_endpoint: endpoint, scopes_supported: scopes } = await this.readConfiguration(page.href);
    const known = readCookie(request.headers.cookie ?? '', cookieName).value ?? '';
    // Of several tabs that sign in at the same time, each must be able to finish.
    const browser = browserPattern.test(known) ? known : randomBytes(32).toString('base64url');
    const begun: Begun = { page: page.href, untilMs: clock() + signInMsMax };
    const state = seal(JSON.stringify(begun), this.keyFor(`state ${browser}`));
    const { challenge, nonce } = this.proofsOf(browser, state);
    const url = new URL(String(endpoint));
    for (const [name, value] of Object.entries({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: page.origin + callbackPath,
      scope: scopesOf(scopes),
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })) {
      url.searchParams.set(name, value);
    }
    const isSecure = page.protocol === 'https:';
    // The issuer's page leads back here, so the cookie can't be strict.
    return {
      location: url.href,
      cookie: writeCookie(cookieName, browser, { isSecure, ageMs: signInMsMax, sameSite: 'lax' }),
    };
  }

  /** Who comes back, and to which page, from the parameters of the issuer. @throws SignInFailed */
  async finish(
    request: IncomingMessage,
    answered: URLSearchParams,
  ): Promise<{ readonly session: SessionToken; readonly claims: JWTPayload; readonly page: URL }> {
    const { clock, identities, client, issuer } = this.options;
    const [state, code, error] = ['state', 'code', 'error'].map((name) => answered.get(name));
    const browser = readCookie(request.headers.cookie ?? '', cookieName).value ?? '';
    const opened = browserPattern.test(browser) ? unseal(state ?? '', this.keyFor(`state ${browser}`)) : null;
    const begun = opened === null ? null : (JSON.parse(opened) as Begun);
    if (begun === null || clock() >= begun.untilMs) throw new SignInFailed(notBegun, '/');
    const page = new URL(begun.page);
    const fail = (why: string) => new SignInFailed(why, page.href);
    if (error != null) throw fail(`The issuer has let nobody in: ${wordOf(error)}.`);
    if ((answered.get('iss') ?? issuer) !== issuer || code == null) throw fail('The answer is not one of the issuer.');
    const { verifier, nonce } = this.proofsOf(browser, state ?? '');
    const redirectUri = page.origin + callbackPath;
    const configuration = await this.readConfiguration(page.href);
    const parameters = { code, redirect_uri: redirectUri, code_verifier: verifier };
    const answer = await askForTokens(configuration, client, parameters).catch(() => null);
    if (answer === null) throw unavailable(page.href);
    const { id_token: token, error: refusedBecause } = answer;
    if (typeof token !== 'string' || !isJwt(token)) {
      throw fail(`The issuer has given no token: ${wordOf(refusedBecause)}. The operator runs live-ledger doctor.`);
    }
    await identities.verify(token, 'SIGN_IN');
    const verified = identities.verified(secretDigest(token), 'SIGN_IN');
    if (verified?.claims === null && verified.isIssuerUnavailable) throw unavailable(page.href);
    if (!verified?.claims || verified.claims['nonce'] !== nonce) throw fail(wrongToken);
    const untilMs = Math.min(clock() + sessionMsMax, verified.expiresAtMs);
    return { session: { token, use: 'SIGN_IN', untilMs }, claims: verified.claims, page };
  }

  /** @throws LedgerError - it is none of this service */
  private ownPage(request: IncomingMessage, wanted: string): URL {
    const { rules } = this.options;
    const base = requestedOrigin(request, rules);
    const page = wanted.length <= pageLengthMax && URL.canParse(wanted, base) ? new URL(wanted, base) : null;
    const isOwn = page !== null && /^https?:$/.test(page.protocol) && isOwnOrigin(page.href, request, rules);
    if (page === null || !isOwn) throw new LedgerError('BAD_REQUEST', foreignPage);
    return page;
  }

  private async readConfiguration(page: string): Promise<IssuerConfiguration> {
    const nowMs = this.options.clock();
    if (this.configuration === null || nowMs >= this.configuration.untilMs) {
      const read = readIssuerConfiguration(this.options.issuer);
      this.configuration = { read, untilMs: nowMs + configurationMsMax };
    }
    const found = await this.configuration.read.catch(() => null);
    if (found === null) this.configuration = null;
    if (found === null) throw unavailable(page);
    if (!signsIn(found)) throw new SignInFailed(noSignIn, page);
    return found;
  }

  /** What only whoever has begun this can answer the issuer with. */
  private proofsOf(browser: string, state: string) {
    const of = (what: string) => this.keyFor(`${what} ${browser} ${secretDigest(state)}`).toString('base64url');
    const verifier = of('verifier');
    return {
      verifier,
      challenge: Buffer.from(secretDigest(verifier), 'hex').toString('base64url'),
      nonce: of('nonce'),
    };
  }

  private keyFor(purpose: string): Buffer {
    const secret = this.options.secret();
    if (secret === null)
      throw new LedgerError('STORE_UNAVAILABLE', 'This node has no copy of the log yet. Try again later.');
    return keyFor(purpose, secret);
  }
}

/** What `state` seals. */
interface Begun {
  readonly page: string;
  readonly untilMs: number;
}

/** What rules may be about, as far as the issuer knows it; it may refuse others. */
function scopesOf(supported: unknown): string {
  const known = Array.isArray(supported) ? supported : ['profile', 'email'];
  return ['openid', ...['profile', 'email', 'groups'].filter((scope) => known.includes(scope))].join(' ');
}

/** Errors of OAuth 2.0 and OpenID Connect: any other text is not repeated. */
const errorWords = new Set([
  ...['access_denied', 'login_required', 'consent_required', 'interaction_required', 'account_selection_required'],
  ...['invalid_request', 'invalid_client', 'invalid_grant', 'invalid_scope', 'invalid_target', 'unauthorized_client'],
  ...['unsupported_grant_type', 'unsupported_response_type', 'server_error', 'temporarily_unavailable'],
]);

function wordOf(error: unknown): string {
  return typeof error === 'string' && errorWords.has(error) ? error : 'it gives no known reason';
}

const unavailable = (page: string) =>
  new SignInFailed('The issuer does not answer. Try again later.', page, 'ISSUER_UNAVAILABLE');

const notBegun = 'It was not begun in this browser, or longer than 15 minutes ago. Sign in again.';
const noSignIn = 'The issuer has no sign-in with PKCE (S256), or not by https. The operator runs live-ledger doctor.';
const wrongToken =
  'The token of the issuer is not right. The operator runs live-ledger doctor, and compares the clocks.';
const foreignPage = `The parameter "to" is no page of this service: a path, or an address of the requested host, of at most ${pageLengthMax} characters.`;
