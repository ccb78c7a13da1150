// `npm run docs`: writes the generated blocks of the pages in docs/.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference/reference.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
for (const [name, text] of await referencePages(root)) writeFileSync(path.join(root, 'docs', name), text);
