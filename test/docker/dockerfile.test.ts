import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

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

test('the containers of compose have no capabilities, get none, and change no file but their data', () => {
  const servicesOf = (file: string) =>
    (
      parse(readFileSync(path.join(root, file), 'utf8'), { merge: true }) as {
        readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      }
    ).services;
  const confined = { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] };
  const { eventstoredb, 'load-balancer': balancer, ...nodes } = servicesOf('docker-compose.yml');
  expect(Object.keys(nodes)).toEqual(['live-ledger', 'receive-1', 'receive-2', 'query-1', 'query-2']);
  for (const node of Object.values({ ...nodes, alone: servicesOf('docker/embedded.yml')['live-ledger'] })) {
    expect(node).toMatchObject({ ...confined, tmpfs: expect.stringMatching(/^\/tmp:size=/) });
    expect(node?.['volumes']).toEqual([expect.stringMatching(/^[\w-]+-data:\/data$/)]);
  }
  expect(balancer).toMatchObject(confined);
  // Another vendor's image: what it writes is not known.
  expect(eventstoredb).toMatchObject({ security_opt: ['no-new-privileges:true'] });
});
