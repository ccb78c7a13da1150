import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

/** An issuer of OpenID Connect: its configuration and its keys over HTTP, and tokens that these have signed. */
export interface TestIssuer {
  readonly url: string;
  /** What its keys have at their address now. */
  readonly published: () => readonly JWK[];
  /** Signs by the newest key from now on, and publishes it; the older ones go if they are withdrawn. */
  rotate(given?: { readonly withdraw: boolean }): Promise<void>;
  /** `claims` replace those of a right token; undefined leaves one out. */
  sign(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): void;
}

export const audience = 'live-ledger';

/** `clock`: when tokens are issued; they expire ten minutes later. */
export async function startIssuer(clock: () => number): Promise<TestIssuer> {
  let keys: { readonly id: string; readonly jwk: JWK; readonly privateKey: PrivateKey }[] = [];
  let made = 0;
  const server = createServer((request, response) => {
    const found: Readonly<Record<string, object>> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: keys.map(({ jwk }) => jwk) },
    };
    const body = found[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rotate: TestIssuer['rotate'] = async ({ withdraw } = { withdraw: false }) => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const id = `key-${(made += 1)}`;
    const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: 'ES256', use: 'sig' };
    keys = [...(withdraw ? [] : keys), { id, jwk, privateKey }];
  };
  await rotate();
  return {
    url,
    published: () => keys.map(({ jwk }) => jwk),
    rotate,
    async sign(claims = {}) {
      const newest = keys.at(-1);
      if (newest === undefined) throw new Error('The issuer has no key.');
      const seconds = Math.floor(clock() / 1_000);
      const all: Record<string, unknown> = {
        iss: url,
        aud: audience,
        sub: 'person-1',
        iat: seconds,
        exp: seconds + 600,
        ...claims,
      };
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      return new SignJWT(given).setProtectedHeader({ alg: 'ES256', kid: newest.id }).sign(newest.privateKey);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
