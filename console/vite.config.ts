import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { licensesOf } from '../build/licenses.ts';
import { withoutFonts } from './build/without-fonts.ts';

const inConsole = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const outDir = inConsole('../dist/console');

/** Where `vite dev` sends what the page asks; it must listen on loopback, without tokens or with them. */
const server = process.env['CONSOLE_SERVER'] ?? 'http://127.0.0.1:4000';

export default defineConfig({
  root: inConsole('.'),
  plugins: [withoutFonts, compressed(), licenses()],
  esbuild: { jsx: 'automatic' },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // A strict content security policy allows no data: URL.
    assetsInlineLimit: 0,
    // Kilobytes, uncompressed: GraphiQL’s. The bound on what the console itself sends is a test.
    chunkSizeWarningLimit: 1_000,
    rollupOptions: {
      input: [inConsole('index.html'), inConsole('graphiql.html')],
      onwarn(warning, warn) {
        // "use client" means something to servers that render; there is none.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  server: {
    // The header Host stays, or the service would take the page for one of another origin.
    proxy: Object.fromEntries(
      ['/graphql', '/export', '/callbacks', '^/session(/|$)'].map((path) => [path, { target: server, ws: true }]),
    ),
  },
});

/** Writes the licenses of the packages that are in the page. They must be distributed with it. */
function licenses(): Plugin {
  return {
    name: 'licenses',
    apply: 'build',
    writeBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const files = chunks
        .flatMap(({ modules }) => Object.keys(modules))
        .map((file) => file.replace(/^.*?\/(?=node_modules\/)|\?.*$/g, ''));
      writeFileSync(inConsole('../dist/third-party-licenses-of-console.txt'), licensesOf(inConsole('..'), files));
    },
  };
}

/** Compresses every text beside itself when it is built: the service sends the file as it is. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' });
      for (const file of files.filter((name) => /\.(js|css|html|svg|json)$/.test(name))) {
        const content = readFileSync(path.join(outDir, file));
        writeFileSync(path.join(outDir, `${file}.br`), brotliCompressSync(content));
        writeFileSync(path.join(outDir, `${file}.gz`), gzipSync(content));
      }
    },
  };
}
