import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** All files under the folders that contain one of these texts, byte for byte, as `folder/file: text`. */
export function filesWith(folders: readonly string[], texts: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
      const file = path.join(folder, name);
      if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return [];
      const bytes = readFileSync(file);
      return texts.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`);
    }),
  );
}
