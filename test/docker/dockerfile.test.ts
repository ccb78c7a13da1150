import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lines = readFileSync(path.join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ').split('\n');
const instructions = lines.filter((line) => /^[A-Z]+ /.test(line));

test('everything that the image copies exists, and .dockerignore includes it', () => {
  const allowed = readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n');
  expect(allowed).toContain('*');
  const copied = instructions
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect(copied).toContain('src');
  for (const file of copied) {
    expect(existsSync(path.join(root, file))).toBe(true);
    expect(allowed).toContain(`!${file}`);
  }
});

test('the last stage runs as an unprivileged user, without a shell or npm that would not pass SIGTERM on', () => {
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
  const afterUser = last.slice(last.indexOf('USER node'));
  expect(afterUser.filter((line) => line.startsWith('RUN ') || line.startsWith('USER '))).toEqual(['USER node']);
  expect(last).toContain('ENTRYPOINT ["node", "bin/live-ledger.js"]');
  expect(last).toContain('CMD ["serve"]');
  expect(last).toContain('VOLUME /data');
});
