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
export const answerMsMax = 5_000;

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
