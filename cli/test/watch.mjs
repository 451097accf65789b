// Loaded with --import: writes down every module that is loaded and every call of node:fs that names a path.
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

const { writeFileSync } = fs;
const seen = { modules: [], calls: [] };
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) seen.modules.push(fileURLToPath(url));
    return next(url, context);
  },
});
const pathOf = (value) => (value instanceof URL ? fileURLToPath(value) : typeof value === 'string' ? value : undefined);
for (const functions of [fs, fs.promises])
  for (const [name, original] of Object.entries(functions)) {
    if (typeof original !== 'function' || /^[A-Z_]/.test(name)) continue;
    const watched = function (...args) {
      const path = pathOf(args[0]);
      if (path !== undefined) seen.calls.push(`${name.replace(/Sync$/, '')} ${path}`);
      return original.apply(this, args);
    };
    functions[name] = Object.assign(watched, original);
  }
syncBuiltinESMExports();
process.on('exit', () => writeFileSync(process.env.WATCH_LOG, JSON.stringify(seen)));
