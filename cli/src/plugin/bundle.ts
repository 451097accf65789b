import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { apiVersion, type Manifest } from '@rustic-ai/kernel';
import { cliError } from '../errors.js';
import type { PluginFolder } from './folder.js';
import { pluginIdOf } from './names.js';
import { readSkills, type SkillFolder } from './skills.js';

/** What a package of skills becomes. */
export interface SkillBundle {
  readonly manifest: Manifest;
  readonly skills: readonly SkillFolder[];
  /** Everything below `dist/`, by its path there. */
  readonly files: ReadonlyMap<string, BundledFile>;
}
interface BundledFile {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}
const made = '// Made by `rustic plugin bundle` from skills/: change those instead.\n';
const json = (value: unknown) => JSON.stringify(value, null, 2);
const asDefault = (text: string) => `export default ${text};\n`;
/** A module whose text no search for code finds anything in. */
const dataModule = (value: unknown) =>
  made + asDefault(json(value).replaceAll('import.meta', String.raw`import\u002emeta`));

/** Whether a package is skills and nothing else: it has a folder of them, and no code that somebody wrote. */
export async function isBundle({ root }: Pick<PluginFolder, 'root'>): Promise<boolean> {
  const isFolder = async (name: string) =>
    (await stat(join(root, name)).catch(() => undefined))?.isDirectory() === true;
  if (!(await isFolder('skills')) || (await isFolder('src'))) return false;
  const entry = await readFile(join(root, 'dist/index.js'), 'utf8').catch(() => made);
  return entry.startsWith(made);
}

/**
 * What a package of skills is made of, without writing anything.
 *
 * Throws: `RUSTIC_SKILL_INVALID`.
 */
export async function bundleOf({ root, json: { name = '' } }: PluginFolder): Promise<SkillBundle> {
  const id = pluginIdOf(name);
  if (id === undefined)
    throw cliError('RUSTIC_SKILL_INVALID', {
      file: 'package.json',
      reason: `"${name}" is no name of a plugin`,
      fix: 'Name it rustic-plugin-skills-NAME.',
    });
  const skills = await readSkills(root);
  const declared = skills.map(({ name: skill, description, facts }) => [
    skill,
    { summary: description, ...(Object.keys(facts).length > 0 && { facts }) },
  ]);
  const manifest = { apiVersion, id, contributes: { skill: Object.fromEntries(declared) } } as Manifest;
  const modules = skills.map((skill) => moduleOf(skill));
  const texts = new Map<string, string>([
    ...modules.map(({ path, text }) => [path, text] as const),
    ['manifest.js', dataModule(manifest)],
    ['index.js', indexText(modules)],
  ]);
  const files = new Map<string, BundledFile>(
    [...texts].map(([path, text]) => [path, { bytes: Buffer.from(text), executable: false }]),
  );
  for (const skill of skills)
    if (skill.needsFolder) for (const file of skill.files) files.set(`skills/${skill.name}/${file.path}`, file);
  return { manifest, skills, files };
}

interface SkillModule extends Pick<SkillFolder, 'name' | 'needsFolder'> {
  /** Below `dist/`. Other texts have another one, so that a running plugin can be given them. */
  readonly path: string;
  readonly text: string;
}
function moduleOf({ name, needsFolder, body, files }: SkillFolder): SkillModule {
  const others = files.filter(({ path }) => path !== 'SKILL.md');
  const texts = others.flatMap(({ path, text }) => (text === undefined ? [] : [[path, text] as const]));
  const text = dataModule({ body, files: others.map(({ path }) => path), texts: Object.fromEntries(texts) });
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return { name, needsFolder, path: `texts/${name}-${digest}.js`, text };
}

/**
 * The plugin of a bundle: each skill is a look into a list of texts that is imported when it is first used, so nothing
 * outside that list can be read. It needs no kernel beside it.
 */
function indexText(skills: readonly SkillModule[]): string {
  const members = skills.map(({ name, needsFolder, path }) => {
    const folder = needsFolder ? `, fileURLToPath(new URL('./skills/${name}', import.meta.url))` : '';
    return `      '${name}': skill('${name}', () => import('./${path}')${folder}),\n`;
  });
  const imports = skills.some(({ needsFolder }) => needsFolder) ? "import { fileURLToPath } from 'node:url';\n\n" : '';
  return `${made}${imports}const skill = (name, load, folder) => ({
  async run({ file = 'SKILL.md' }) {
    const { body, files, texts } = (await load()).default;
    const more = { files: [...files], ...(folder && { folder }) };
    if (file === 'SKILL.md') return { text: body, ...more };
    if (Object.hasOwn(texts, file)) return { text: texts[file], ...more };
    const reason = files.includes(file) ? 'it is no text, or too long.' : 'there is none of this name.';
    const known = Object.keys(texts).join(', ') || 'there are none';
    throw Object.assign(new Error(\`The skill "\${name}" has no file "\${file}" that can be read: \${reason}\`), {
      [Symbol.for('rustic-ai.error')]: true,
      code: 'RUSTIC_SKILL_FILE',
      fix: \`Read one of its text files: \${known}.\`,
      details: { skill: name, file: String(file), reason, files: known },
    });
  },
});
${asDefault(`{
  manifest: () => import('./manifest.js'),
  setup: () => ({
    skill: {
${members.join('')}    },
  }),
}`)}`;
}

/** Writes `dist/` anew, and the manifest into package.json. Throws: `RUSTIC_PLUGIN_FOLDER`. */
export async function writeBundle({ root }: PluginFolder, { manifest, files }: SkillBundle): Promise<void> {
  const refuse = (error: unknown) => {
    const reason = `its dist and its manifest can not be written (${(error as Error).message})`;
    return cliError('RUSTIC_PLUGIN_FOLDER', { folder: root, reason }, error);
  };
  const draft = await mkdtemp(join(root, '.dist-')).catch((error: unknown) => {
    throw refuse(error);
  });
  try {
    for (const [path, { bytes, executable }] of files) {
      const file = join(draft, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      await chmod(file, executable ? 0o755 : 0o644);
    }
    await chmod(draft, 0o755);
    await rm(join(root, 'dist'), { recursive: true, force: true });
    await rename(draft, join(root, 'dist'));
    const file = join(root, 'package.json');
    const before = await readFile(file, 'utf8');
    const after = `${json({ ...(JSON.parse(before) as object), rustic: { manifest } })}\n`;
    if (after !== before) await writeFile(file, after);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw refuse(error);
  }
}

/**
 * That `dist/` and the manifest are what the folders make of them, to the byte.
 *
 * Throws: `RUSTIC_SKILL_INVALID`, `RUSTIC_SKILL_STALE` with the first file that is not.
 */
export async function demandFresh(plugin: PluginFolder): Promise<SkillBundle> {
  const bundle = await bundleOf(plugin);
  const dist = join(plugin.root, 'dist');
  const stale = (what: string) => cliError('RUSTIC_SKILL_STALE', { what });
  if (!isDeepStrictEqual(plugin.json.rustic?.manifest, bundle.manifest)) throw stale('package.json#rustic');
  for (const [path, { bytes }] of bundle.files) {
    const found = await readFile(join(dist, path)).catch(() => undefined);
    if (!found?.equals(bytes)) throw stale(`dist/${path}`);
  }
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const below = ({ parentPath, name }: (typeof entries)[number]) =>
    join(parentPath, name)
      .slice(dist.length + 1)
      .replaceAll('\\', '/');
  const extra = entries.filter((entry) => !entry.isDirectory()).find((entry) => !bundle.files.has(below(entry)));
  if (extra) throw stale(`dist/${below(extra)}`);
  return bundle;
}
