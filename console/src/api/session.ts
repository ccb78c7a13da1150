import { useQuery } from '@tanstack/react-query';
import { LedgerError, unreachable } from '../../../clients/core/errors.ts';
import { refusalOf } from '../../../clients/core/query.ts';
import { createStore } from './store.ts';

/** What `GET /session` answers. */
export interface Session {
  /** Null: nobody has signed in. */
  readonly caller: { readonly name: string | null; readonly role: string; readonly until: string | null } | null;
  /** Why the last session has ended; null if there was none. */
  readonly ended: 'EXPIRED' | 'NO_ROLE' | 'WITHDRAWN' | null;
  /** Why the service answers nobody who has not signed in; null if it answers. */
  readonly message: string | null;
  /** By what one may sign in: by a token, at the issuer with this host. Nothing, if nobody has to, or can. */
  readonly signIn: { readonly token: boolean; readonly issuer: string | null };
}

/** Whether the API has refused to answer without a session. */
export const signInNeeded = createStore(false);

/** The other tabs: what one of them does to the session, it does for all. */
const tabs = new BroadcastChannel('live-ledger-session');
tabs.addEventListener('message', () => location.reload());

/** Kept in this tab while its reader signs in at the issuer, whose pages replace this one. */
const leftKey = 'live-ledger.signing-in';

if (sessionStorage.getItem(leftKey) !== null) {
  sessionStorage.removeItem(leftKey);
  tabs.postMessage(null);
}

const sessionPath = '/session';

/** Milliseconds between two attempts to find out by what one may sign in. */
const againMs = 3_000;

/** Who is signed in; undefined until known. */
export function useSession(isNew = false): Session | undefined {
  return useQuery({
    queryKey: ['session'],
    queryFn: async () => (await (await send('GET')).json()) as Session,
    // One that has just ended must not be shown as it was before.
    ...(isNew && { refetchOnMount: 'always' as const }),
    networkMode: 'always',
    refetchInterval: ({ state }) => isNew && state.data === undefined && againMs,
  }).data;
}

export function useIsSignedIn(): boolean {
  const session = useSession();
  const { token, issuer } = session?.signIn ?? { token: false, issuer: null };
  return session?.caller != null && (token || issuer !== null);
}

/** Begins a session of all tabs. @throws LedgerError */
export async function signIn(token: string): Promise<void> {
  // Others are no text of a header, and so of no token.
  if (!/^[!-~]+$/.test(token)) throw new LedgerError('UNAUTHENTICATED', 'There is no such token.');
  await send('POST', { authorization: `Bearer ${token}` });
  tabs.postMessage(null);
}

/** Signs in at the issuer, which leads back to the address that is shown now. */
export function leaveForIssuer(): void {
  sessionStorage.setItem(leftKey, '');
  location.assign(`${sessionPath}/login?to=${encodeURIComponent(location.href)}`);
}

/** Ends the session, in all tabs. If the server does not answer, it goes on. */
export async function signOut(): Promise<void> {
  await send('DELETE');
  tabs.postMessage(null);
  location.reload();
}

/** @throws LedgerError */
async function send(method: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const response = await fetch(sessionPath, { method, headers }).catch(() => {
    throw new LedgerError(unreachable, 'The server does not answer.');
  });
  if (response.ok) return response;
  throw await refusalOf(response);
}
