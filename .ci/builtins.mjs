import { createRequire, isBuiltin } from 'node:module';

const require = createRequire(import.meta.url);
/** Loaded with the first call of one of their functions: most of those who import them never call one. */
const late = ['crypto', 'child_process'];
const isName = (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default';

/** Such a module as an object: a property loads it when it is read. */
const lateText = (name) => {
  const keys = JSON.stringify(Object.keys(require(`node:${name}`)).filter(isName));
  const property = `[key, { enumerable: true, get: () => process.getBuiltinModule('node:${name}')[key] }]`;
  return `/* @__PURE__ */ (() => Object.defineProperties({}, Object.fromEntries(${keys}.map((key) => ${property}))))()`;
};

/**
 * One of Node's modules as Node has it. An `import` of it would make a module of it by reading every property, and some
 * load half of Node when they are read: streams behind `fs`, the global fetch behind `http`, web crypto behind `crypto`.
 */
function textOf(name, whole) {
  const found = require(`node:${name}`);
  const isRead = (key) => whole || Object.getOwnPropertyDescriptor(found, key).get === undefined;
  const functions = new Set(
    late.includes(name)
      ? Object.keys(found).filter((key) => /^[a-z]/.test(key) && typeof found[key] === 'function')
      : [],
  );
  const exported = Object.keys(found)
    .filter((key) => isName(key) && isRead(key))
    .map((key) => {
      const value = functions.has(key) ? `(...args) => own().${key}(...args)` : `/* @__PURE__ */ of('${key}')`;
      return `const ${key}_ = ${value};\nexport { ${key}_ as ${key} };`;
    });
  return [
    `let found;\nconst own = () => (found ??= process.getBuiltinModule('node:${name}'));`,
    'const of = (key) => own()[key];',
    ...exported,
    `export default ${late.includes(name) ? lateText(name) : '/* @__PURE__ */ own()'};`,
  ].join('\n');
}

/** An esbuild plugin: takes Node's own modules as they are, and of each only what is used. */
export const leanBuiltins = () => ({
  name: 'lean-builtins',
  setup(build) {
    build.onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path, kind }) => {
      const name = path.replace('node:', '');
      // What is required is taken as it is by Node itself.
      if (!isBuiltin(path) || (kind === 'require-call' && !late.includes(name))) return undefined;
      return { path: name, namespace: kind, sideEffects: false };
    });
    build.onLoad({ filter: /./, namespace: 'require-call' }, ({ path }) => ({
      contents: `module.exports = ${lateText(path)};`,
    }));
    build.onLoad({ filter: /./, namespace: 'import-statement' }, ({ path }) => ({ contents: textOf(path, true) }));
    // All of a module that is imported later is read: what loads more is left out.
    build.onLoad({ filter: /./, namespace: 'dynamic-import' }, ({ path }) => ({ contents: textOf(path, false) }));
  },
});

const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);\n";

/** An esbuild plugin: gives a `require` to the files that use one. */
export const requireWhereUsed = () => ({
  name: 'require-where-used',
  setup(build) {
    build.onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles)
        if (/\.m?js$/.test(file.path) && /(?<![.\w$])require\(|typeof require\b/.test(file.text))
          file.contents = Buffer.from(banner + file.text);
    });
  },
});
