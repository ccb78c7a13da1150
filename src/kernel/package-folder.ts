/**
 * The folder that package.json is in. What is built is as deep below it as this module is: `dist/src/`, `dist/threads/` and
 * `dist/chunks/`.
 */
export const packageFolder = new URL('../../', import.meta.url);
