import type { Poster, PosterOptions } from './post.ts';

/** A poster whose HTTP client is loaded with its first message: that takes long, and most processes send none. */
export function openLazyPoster(connections: number, options: PosterOptions): Poster {
  let opened: Promise<Poster> | null = null;
  const open = () => (opened ??= import('./post.ts').then(({ openPoster }) => openPoster(connections, options)));
  return {
    post: async (post, signal) => (await open()).post(post, signal),
    close: async () => (await opened)?.close(),
  };
}
