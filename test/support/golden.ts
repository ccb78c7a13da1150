import { readFileSync } from 'node:fs';

/** What is on disk or in clients' hands for ever; see `test/fixtures/golden/README.md`. */
export function readGolden<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')) as Content;
}
