import type { createRemoteJWKSet, JWTPayload } from 'jose';
import { secretDigest } from '../../kernel/encoding.ts';
import type { Author } from '../../log/author.ts';
import type { Clock } from '../../kernel/clock.ts';
import { rateNames, type RateLimits } from '../../settings/variables.ts';
import { namePattern, roles, type ApiToken, type IdentityRule, type IdentityRules } from './tokens.ts';

/** An issuer of identities (OpenID Connect), and for whom its tokens must be. */
export interface IssuerSettings {
  readonly issuer: string;
  readonly audience: string;
  /** As what the console signs people in there. */
  readonly client?: OidcClient | null;
}

/** What the issuer knows this service as. */
export interface OidcClient {
  readonly id: string;
  /** Null: it is a public client. */
  readonly secret: string | null;
}

/** Milliseconds for the issuer to answer. */
const answerMsMax = 5_000;

/** What an issuer says of itself (OpenID Connect Discovery 1.0, 3), as far as it is used. */
export interface IssuerConfiguration {
  readonly jwks_uri: string;
  readonly authorization_endpoint?: unknown;
  readonly token_endpoint?: unknown;
  readonly scopes_supported?: unknown;
  readonly token_endpoint_auth_methods_supported?: unknown;
  readonly code_challenge_methods_supported?: unknown;
}

/** @throws Error - the issuer does not answer, or its answer is none */
export async function readIssuerConfiguration(issuer: string): Promise<IssuerConfiguration> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(answerMsMax), redirect: 'error' });
  const found = (await response.json()) as IssuerConfiguration & { readonly issuer?: unknown };
  if (found.issuer !== issuer || typeof found.jwks_uri !== 'string' || !isProtected(found.jwks_uri)) {
    throw new Error('The configuration of the issuer is of another one, or names no keys.');
  }
  return found;
}

/** Whether nobody on the way can change what a URL answers: by TLS, or because it is this machine. */
export function isProtected(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname));
}

/** Whether people can sign in there, with a proof that a stolen code is of no use without (PKCE, S256). */
export function signsIn(configuration: IssuerConfiguration): boolean {
  const { authorization_endpoint: pages, token_endpoint: tokens } = configuration;
  const { code_challenge_methods_supported: methods } = configuration;
  const areProtected = [pages, tokens].every((url) => typeof url === 'string' && isProtected(url));
  // Few issuers leave the list out.
  return areProtected && (!Array.isArray(methods) || methods.includes('S256'));
}

/**
 * Asks for the tokens of a code, as the client.
 * @throws Error - the issuer does not answer, or not as one
 */
export async function askForTokens(
  { token_endpoint: endpoint, token_endpoint_auth_methods_supported: methods }: IssuerConfiguration,
  { id, secret }: OidcClient,
  parameters: Readonly<Record<string, string>>,
): Promise<{ readonly id_token?: unknown; readonly error?: unknown }> {
  // Without the list, an issuer takes this one (OpenID Connect Discovery 1.0, 3).
  const isBasic = secret !== null && (!Array.isArray(methods) || methods.includes('client_secret_basic'));
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret ?? '')}`).toString('base64');
  const response = await fetch(String(endpoint), {
    method: 'POST',
    headers: { accept: 'application/json', ...(isBasic && { authorization: `Basic ${basic}` }) },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: id,
      ...parameters,
      ...(secret !== null && !isBasic && { client_secret: secret }),
    }),
    signal: AbortSignal.timeout(answerMsMax),
    redirect: 'error',
  });
  if (response.status >= 500) throw new Error('The issuer has a fault.');
  return (await response.json()) as { id_token?: unknown; error?: unknown };
}

/** What a token of the issuer proves: `BEARER` may ask this service; `SIGN_IN` has signed in at its client, in a browser. */
export type TokenUse = 'BEARER' | 'SIGN_IN';

/** The claims of a token that the issuer has signed, or why there are none. */
export type Verified =
  | { readonly claims: JWTPayload; readonly expiresAtMs: number }
  | { readonly claims: null; readonly isIssuerUnavailable: boolean; readonly hasExpired: boolean };

/** Signatures by private keys alone: a token that is signed by a shared secret, or not at all, proves nothing. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Seconds that the clocks of issuer and service may differ. */
const clockToleranceSeconds = 60;

/** Milliseconds after which keys are read again, so that those that were withdrawn are taken no longer. */
const keysReadEveryMs = 10 * 60_000;

/** Milliseconds for which keys are used while the issuer does not answer: the night in which it fails. */
const keysKeptMsMax = 24 * 60 * 60_000;

/** Milliseconds between two attempts to read keys: anybody can send a token with an unknown one. */
const keysReadMsMin = 30_000;

/** Milliseconds after which a token is verified again. */
const verifiedForMs = 60_000;

/** Tokens whose claims are remembered, about 2 KB each; the oldest are forgotten, and verified again. */
const rememberedMax = 2_000;

/** Characters of a token: headers have 16 KiB in all. */
const tokenLengthMax = 12_000;

/** Whether a bearer token is one of an issuer, by its form. */
export function isJwt(token: string): boolean {
  return token.length <= tokenLengthMax && /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Verifies the tokens of one issuer by its keys, which are read with the first token, and again when they change. */
export class Identities {
  private readonly remembered = new Map<string, { readonly verified: Verified; readonly untilMs: number }>();
  private keys: Promise<Keys> | null = null;
  private keysAtMs = 0;

  constructor(
    private readonly settings: IssuerSettings,
    private readonly clock: Clock,
  ) {}

  /** Call it before `verified`: resolves once the token is known to be right or wrong. Never rejects. */
  async verify(token: string, use: TokenUse = 'BEARER'): Promise<void> {
    const key = `${use} ${secretDigest(token)}`;
    if ((this.remembered.get(key)?.untilMs ?? 0) > this.clock()) return;
    const verified = await this.examine(token, use);
    this.remembered.delete(key);
    this.remembered.set(key, { verified, untilMs: this.clock() + (verified.claims === null ? 0 : verifiedForMs) });
    if (this.remembered.size > rememberedMax) this.remembered.delete(String(this.remembered.keys().next().value));
  }

  /** What the newest look at a token has found; null if there was none. */
  verified(digest: string, use: TokenUse = 'BEARER'): Verified | null {
    return this.remembered.get(`${use} ${digest}`)?.verified ?? null;
  }

  private async examine(token: string, use: TokenUse): Promise<Verified> {
    const { issuer, client } = this.settings;
    // A token of a sign-in is for the client. Without one, none is right.
    const audience = use === 'BEARER' ? this.settings.audience : (client?.id ?? []);
    // Loaded with the first token: most services have no issuer.
    const { errors, jwtVerify } = await import('jose');
    try {
      const { payload } = await jwtVerify(token, await this.currentKeys(), {
        issuer,
        audience,
        algorithms,
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(this.clock()),
        requiredClaims: ['sub', 'exp'],
      });
      return { claims: payload, expiresAtMs: ((payload.exp ?? 0) + clockToleranceSeconds) * 1_000 };
    } catch (error) {
      const isOfToken =
        error instanceof errors.JOSEError &&
        !(error instanceof errors.JWKSTimeout) &&
        error.code !== 'ERR_JOSE_GENERIC';
      return { claims: null, isIssuerUnavailable: !isOfToken, hasExpired: error instanceof errors.JWTExpired };
    }
  }

  private async currentKeys(): Promise<Keys> {
    this.keys ??= this.findKeys();
    try {
      const keys = await this.keys;
      if (this.clock() - this.keysAtMs > keysReadEveryMs) {
        this.keysAtMs = this.clock();
        // While the issuer does not answer, its keys are used for a while longer.
        await keys.reload().catch(() => undefined);
      }
      return keys;
    } catch (error) {
      this.keys = null;
      throw error;
    }
  }

  private async findKeys(): Promise<Keys> {
    const { jwks_uri: keysUrl } = await readIssuerConfiguration(this.settings.issuer);
    this.keysAtMs = this.clock();
    const { createRemoteJWKSet: createKeys } = await import('jose');
    return createKeys(new URL(keysUrl), {
      timeoutDuration: answerMsMax,
      cooldownDuration: keysReadMsMin,
      cacheMaxAge: keysKeptMsMax,
    });
  }
}

/** How the issuer of these claims names their bearer. */
export function bearerOfClaims({ iss, sub }: JWTPayload): Pick<Author, 'issuer' | 'subject'> {
  return { issuer: iss ?? null, subject: sub ?? null };
}

/**
 * The role of the claims, what they may see, their rates, and the name of their bearer; null if no rule gives a role. Of several rules, those whose role may most
 * count, with all that each of them shows and allows: a rule with another role says nothing of what may be done with this one.
 */
export function callerOfClaims(
  claims: JWTPayload,
  { rules, nameClaim }: IdentityRules,
): Pick<ApiToken, 'role' | 'scope' | 'rates' | 'name'> | null {
  const given = rules.filter(({ claim, has }) => [claims[claim]].flat().includes(has));
  const role = roles.findLast((one) => given.some((rule) => rule.role === one));
  if (role === undefined) return null;
  const name = claims[nameClaim];
  const ofRole = given.filter((rule) => rule.role === role);
  const scopes = ofRole.map(({ scope }) => scope);
  const scope = scopes.every((one) => one !== null) ? scopes.flat() : null;
  return {
    role,
    scope,
    rates: ratesOf(ofRole),
    name: typeof name === 'string' && namePattern.test(name) ? name : null,
  };
}

/** Of each rate, the most that one of the rules allows. What one of them leaves out is as for all. */
function ratesOf(rules: readonly IdentityRule[]): Partial<RateLimits> | null {
  if (rules.some(({ rates }) => rates === null)) return null;
  const named = rateNames.filter((name) => rules.every(({ rates }) => rates?.[name] !== undefined));
  return Object.fromEntries(named.map((name) => [name, Math.max(...rules.map(({ rates }) => rates?.[name] ?? 0))]));
}
