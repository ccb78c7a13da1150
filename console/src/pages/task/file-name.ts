import { t } from '../../translations/translate.ts';

/** The name of a source file: that in its URL, or its position in the list of sources, from 1. */
export function fileName(index: number | null, url: string | null | undefined): string {
  const name = url == null ? null : fileIn(url);
  return name ?? t('live.file', { index: index === null ? t('unknown') : index + 1 });
}

/** The last segment of the path of a URL, without percent encoding; null if there is none. */
export function fileIn(url: string): string | null {
  const [, file] = /^[^?#]*\/\/[^/?#]+\/(?:[^?#]*\/)?([^/?#]+)/.exec(url) ?? [];
  try {
    return file === undefined ? null : decodeURIComponent(file);
  } catch {
    return file ?? null;
  }
}

/** Colours of files, each with a class of its own; more files than that repeat them. */
const colours = 8;

/** The colour of a file is the same wherever it is drawn. */
export const colourOfFile = (index: number | null) => `file-${(index ?? 0) % colours}`;

/** How many files a run plays again and again, and how often it has played all of them; null: it has played some of them only once. */
export function loopOf(
  files: readonly { readonly times: number }[],
): { readonly files: number; readonly times: number } | null {
  const times = Math.min(...files.map((file) => file.times));
  return files.length === 0 || times < 2 ? null : { files: files.length, times };
}
