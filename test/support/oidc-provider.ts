import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type Provider from 'oidc-provider';

/** An issuer of OpenID Connect, the certified implementation, with pages on which one signs in by any name. */
export interface TestProvider {
  readonly url: string;
  /** Registers the client of a service at this URL, a public one by default, and in which ways clients prove themselves. */
  register(serviceUrl: string, client?: Readonly<Record<string, unknown>>, methods?: readonly string[]): void;
  /** Signs by a new key from now on; the older ones stay published, or are withdrawn. */
  rotate(given?: { readonly withdraw: boolean }): Promise<void>;
  /** Seconds after which its tokens expire: an hour by default. */
  expireAfter(seconds: number): void;
  /** Whether it answers. */
  setAnswering(answers: boolean): void;
  close(): void;
}

export const providerClient = 'live-ledger-console';

/** `groups`: of each person, by the name that they sign in with. */
export async function startProvider(groups: Readonly<Record<string, readonly string[]>>): Promise<TestProvider> {
  let answers = true;
  let tokenSeconds = 3_600;
  let client: Readonly<Record<string, unknown>> = {};
  let keys: Awaited<ReturnType<typeof newKey>>[] = [];
  let methods: readonly string[] = ['none'];
  let current: Provider | null = null;
  const server = createServer((request, response) => {
    if (!answers || current === null) request.destroy();
    else void current.callback()(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { default: Issuer } = await quietly(() => import('oidc-provider'));
  const restart = () =>
    quietly(() => {
      current = new Issuer(url, {
        clients: [{ client_id: providerClient, application_type: 'native', ...client }],
        jwks: { keys },
        cookies: { keys: ['a key of the issuer'] },
        claims: { openid: ['sub'], groups: ['groups'], profile: ['name'] },
        // Groups are in the token, not only at another endpoint.
        conformIdTokenClaims: false,
        clientAuthMethods: methods,
        ttl: {
          ...Object.fromEntries(['Interaction', 'Session', 'Grant', 'AccessToken'].map((of) => [of, 3_600])),
          // A new issuer would forget who is signed in there.
          IdToken: () => tokenSeconds,
        },
        pkce: { required: () => true },
        findAccount: (_context: unknown, name: string) => ({
          accountId: name,
          claims: () => ({ sub: name, groups: groups[name] ?? [] }),
        }),
      });
    });
  const rotate: TestProvider['rotate'] = async ({ withdraw } = { withdraw: false }) => {
    // It signs by the first.
    keys = [await newKey(), ...(withdraw ? [] : keys)];
    restart();
  };
  await rotate();
  return {
    url,
    register(serviceUrl, more = { token_endpoint_auth_method: 'none' }, ways = ['none']) {
      methods = ways;
      client = { redirect_uris: [`${serviceUrl}/session/callback`], ...more };
      restart();
    },
    rotate,
    expireAfter(seconds) {
      tokenSeconds = seconds;
    },
    setAnswering(value) {
      answers = value;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Without its warnings, which are about its use in production. */
function quietly<Result>(run: () => Result): Result {
  const { warn } = console;
  const restore = () => {
    console.warn = warn;
  };
  console.warn = () => undefined;
  const result = run();
  if (result instanceof Promise) void result.finally(restore);
  else restore();
  return result;
}

let made = 0;

async function newKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `key-${(made += 1)}`, alg: 'RS256', use: 'sig' };
}
