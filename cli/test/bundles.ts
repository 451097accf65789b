import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createProject, temporaryFolder } from './project.js';

export type Files = Readonly<Record<string, string | Uint8Array | undefined>>;
/** A `SKILL.md` with more front matter and another body. */
export const skill = (name: string, more = '', body = '# Do it\n') =>
  `---\nname: ${name}\ndescription: Fills forms. Use it for forms.\n${more}---\n${body}`;
/** The `package.json` of a bundle. */
export const json = (more: object = {}) =>
  JSON.stringify({
    name: 'rustic-plugin-skills-forms',
    version: '1.2.3',
    license: 'MIT',
    type: 'module',
    keywords: ['rustic-ai-plugin'],
    engines: { node: '>=22.19' },
    files: ['dist'],
    exports: { '.': './dist/index.js', './package.json': './package.json' },
    peerDependencies: { '@rustic-ai/kernel': '>=0.1.0 <1' },
    ...more,
  });
export const png = new Uint8Array([0x89, 0x50, 0, 1]);
/** Two skills: one with everything there can be, one that is all text. */
export const whole: Files = {
  'skills/pdf-forms/SKILL.md': skill(
    'pdf-forms',
    'license: MIT\ncompatibility: Needs python 3\nallowed-tools: [fs_read, "Bash(git:*)"]\nmetadata:\n  version: "1.0"\n',
  ),
  'skills/pdf-forms/references/fields.md': 'It looks at import.meta.dirname and new URL("./a", import.meta.url).\n',
  'skills/pdf-forms/scripts/fill.py': 'print("filled")\n',
  'skills/pdf-forms/assets/logo.png': png,
  'skills/tidy/SKILL.md': skill('tidy'),
};

/** A package of skills somewhere; undefined leaves a file out. */
export async function openBundle(files: Files = {}) {
  const project = await createProject({ composition: false, modules: false });
  const folder = join(temporaryFolder(), 'bundle');
  const write = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const all: Files = {
    'package.json': json(),
    'README.md': '# forms\n',
    'skills/tidy/SKILL.md': skill('tidy'),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) if (text !== undefined) write(path, text);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return {
    folder,
    write,
    read,
    manifest: () => (JSON.parse(read('package.json')) as { rustic?: { manifest: object } }).rustic?.manifest,
    files: () =>
      readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
        .toSorted(),
    start: (...args: string[]) => project.start(['plugin', ...args, '-C', folder]),
    rustic: (...args: string[]) => project.rustic('plugin', ...args, '-C', folder),
  };
}
export type OpenBundle = Awaited<ReturnType<typeof openBundle>>;
