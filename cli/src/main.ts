import { startProgram } from './script/start.js';

declare const __DIGEST__: string;

const { getBuiltinModule: builtin } = process;
const { join } = builtin('node:path');
const { readFileSync } = builtin('node:fs');

startProgram({
  name: 'rustic-ai',
  home: 'RUSTIC_HOME',
  folder: __dirname,
  script: 'rustic.js',
  digest: __DIGEST__,
  read: (name) => readFileSync(join(__dirname, name)),
  load: (specifier) => import(specifier),
});
