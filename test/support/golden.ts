import { readFileSync } from 'node:fs';

/** Reads a golden file: data that is on disk or with clients for ever; see `test/fixtures/golden/README.md`. */
export function readGolden<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')) as Content;
}
