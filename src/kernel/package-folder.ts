/** The folder of package.json. Builds are as deep in it as this module: `dist/src/`, `dist/threads/` and `dist/chunks/`. */
export const packageFolder = new URL('../../', import.meta.url);
