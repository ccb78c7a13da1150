// `npm run build:clients`: compiles the packages of clients/ into dist/clients/, or into a given folder, as they are published.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const clients = path.join(root, 'clients');
const outDir = path.resolve(process.argv[2] ?? path.join(root, 'dist/clients'));

const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '--project', clients, '--outDir', outDir], {
  stdio: 'inherit',
});
if (status !== 0) throw new Error('clients/ can not be compiled.');
for (const name of readdirSync(clients)) {
  const manifest = path.join(clients, name, 'package.json');
  if (!existsSync(manifest)) continue;
  copyFileSync(manifest, path.join(outDir, name, 'package.json'));
  copyFileSync(path.join(root, 'LICENSE'), path.join(outDir, name, 'LICENSE'));
  copyFileSync(path.join(clients, 'README.md'), path.join(outDir, name, 'README.md'));
}
