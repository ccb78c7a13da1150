// `npm run sbom`, after a build: writes dist/sbom.cdx.json, the packages that are shipped, as CycloneDX. `npm sbom` lists all of package-lock.json, and says
// of nearly all of them that they are for development: those in the bundles, and what is never shipped. The licenses of a build name the former.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  scope?: string;
  properties?: { readonly name: string }[];
}

interface Bom {
  readonly metadata: { readonly component: Component & { name: string } };
  components: Component[];
  dependencies: { readonly ref: string; readonly dependsOn?: string[] }[];
}

/** Bytes that `npm sbom` may write: about 1 MB by now. */
const bomBytesMax = 64 * 1024 * 1024;

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const bom = JSON.parse(execFileSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: bomBytesMax })) as Bom;
const { name, dependencies } = JSON.parse(read('package.json')) as {
  readonly name: string;
  readonly dependencies: object;
};
// npm names the folder.
bom.metadata.component.name = name;
const product = bom.metadata.component['bom-ref'];

const bundled = ['dist/third-party-licenses.txt', 'dist/third-party-licenses-of-console.txt'].flatMap((file) =>
  [...read(file).matchAll(/^(\S+) (\d\S*) \(.*\)$/gm)].map(([, one, version]) => `${one}@${version}`),
);
const refs = new Map(bom.components.map((one) => [`${one.name}@${one.version}`, one['bom-ref']]));
const unknown = bundled.filter((one) => !refs.has(one));
if (unknown.length > 0) throw new Error(`The lock file does not have what is bundled: ${unknown.join(', ')}`);

const needs = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
const names = new Map(bom.components.map((one) => [one['bom-ref'], one.name]));
const isInstalled = (ref: string) => Object.hasOwn(dependencies, names.get(ref) ?? '');
/** What is installed beside the bundles, and what that needs: the loop comes to what it adds. */
const shipped = new Set((needs.get(product) ?? []).filter(isInstalled));
for (const ref of shipped) for (const needed of needs.get(ref) ?? []) shipped.add(needed);
for (const one of bundled) shipped.add(refs.get(one) ?? '');

bom.components = bom.components.filter((one) => shipped.has(one['bom-ref']));
for (const one of bom.components) {
  one.scope = 'required';
  one.properties = (one.properties ?? []).filter((property) => !property.name.endsWith(':development'));
}
bom.dependencies = [product, ...shipped].map((ref) => ({
  ref,
  dependsOn: (needs.get(ref) ?? []).filter((needed) => shipped.has(needed)),
}));
writeFileSync(path.join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`);
process.stdout.write(`dist/sbom.cdx.json: ${bom.components.length} packages\n`);
