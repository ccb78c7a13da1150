import { readFileSync } from 'node:fs';

/** A callback of the vendor's documents, byte for byte; see `test/fixtures/callbacks/`. */
export function readSample(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/callbacks/${name}.json`, import.meta.url));
}

export function parseSample(name: string): Record<string, unknown> {
  return JSON.parse(readSample(name).toString()) as Record<string, unknown>;
}
