import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run, type Engine } from './engine.ts';

/** Images that docker-compose.yml names, and what is built under their names where they cannot be pulled. */
export const standInImages = {
  'eventstore/eventstore:24.10.5': 'eventstoredb.Dockerfile',
  'haproxy:3.0.28': 'haproxy.Dockerfile',
} as const;

/** Builds one, from the base image of the product and Debian's packages. */
export async function buildStandIn(engine: Engine, image: keyof typeof standInImages): Promise<void> {
  const context = mkdtempSync(path.join(tmpdir(), 'live-ledger-image-'));
  try {
    cpSync(path.join(root, 'test/containers/images'), context, { recursive: true });
    cpSync(path.join(root, 'dist/test/eventstoredb-stand-in'), path.join(context, 'stand-in'), { recursive: true });
    cpSync(path.join(root, 'package.json'), path.join(context, 'package.json'));
    const file = path.join(context, standInImages[image]);
    await run([...engine.container, 'build', '--tag', image, '--file', file, context]);
  } finally {
    rmSync(context, { recursive: true });
  }
}
