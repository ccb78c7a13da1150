import { LedgerError, unreachable } from '../../../clients/core/errors.ts';
import { authorizationOf, refusalOf } from '../../../clients/core/query.ts';
import { service } from './connection.ts';
import { signInNeeded } from './token.ts';

/** Milliseconds after which the browser has surely begun to save a file, so that its memory can be freed. */
const saveTimeMs = 60_000;

/**
 * Downloads an address as a file. Reads it into memory, because only then can the request carry the token.
 * @throws LedgerError
 */
export async function download(url: string, name: string): Promise<void> {
  let content: Blob;
  try {
    const response = await fetch(url, { headers: authorizationOf(service) });
    if (response.status === 401) signInNeeded.set(true);
    if (!response.ok) throw await refusalOf(response);
    content = await response.blob();
  } catch (error) {
    throw error instanceof LedgerError ? error : new LedgerError(unreachable, 'The server does not answer.');
  }
  save(content, name);
}

/** Lets the browser save a file. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), saveTimeMs);
}
