import { createTransformer } from '@swc/jest';

/**
 * Transforms as @swc/jest does, and puts what a test file declares into a `describe`, so that its hooks stay its own where a
 * group imports several files. Lines stay where they are, as the source maps say.
 */
export default {
  createTransformer(options) {
    const transformer = createTransformer(options);
    const wrapped = (path, result) =>
      path.endsWith('.test.ts') ? { ...result, code: wrap(path, result.code) } : result;
    return {
      ...transformer,
      process: (source, path, given) => wrapped(path, transformer.process(source, path, given)),
      processAsync: async (source, path, given) => wrapped(path, await transformer.processAsync(source, path, given)),
      getCacheKey: (...given) => `${transformer.getCacheKey(...given)}-in-describe`,
    };
  },
};

/** swc writes each import on a line of its own, before everything else. */
function wrap(path, code) {
  const imports = [...code.matchAll(/^import [^\n]*;$/gm)].at(-1);
  const start = imports === undefined ? 0 : imports.index + imports[0].length;
  const title = JSON.stringify(path.slice(path.lastIndexOf('/test/') + '/test/'.length));
  return `${code.slice(0, start)}import { describe as inFile } from '@jest/globals';inFile(${title}, () => {${code.slice(start)}\n});`;
}
