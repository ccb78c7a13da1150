import { ApiError, unreachable } from './api-error.ts';
import { authorizationOf, signInNeeded, token } from './token.ts';

/** Milliseconds after which the browser has surely begun to save a file, so that its memory can be freed. */
const saveTimeMs = 60_000;

/**
 * Downloads an address as a file. Reads it into memory, because only then can the request carry the token.
 * @throws ApiError
 */
export async function download(url: string, name: string): Promise<void> {
  let content: Blob;
  try {
    const response = await fetch(url, { headers: authorizationOf(token.get()) });
    if (!response.ok) throw await errorOf(response);
    content = await response.blob();
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(unreachable, 'The server does not answer.');
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), saveTimeMs);
}

async function errorOf(response: Response): Promise<ApiError> {
  if (response.status === 401) signInNeeded.set(true);
  const answer = (await response.json().catch(() => null)) as Refused | null;
  if (answer === null) return new ApiError(unreachable, `The server answered with status ${response.status}.`);
  return new ApiError(answer.error, answer.message, { requestId: answer.requestId ?? null });
}

interface Refused {
  readonly error: string;
  readonly message: string;
  readonly requestId?: string;
}
