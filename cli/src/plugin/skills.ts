import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { skillLimits, visibleLine } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { parseSkill, type ReadSkill } from './skill-front.js';

/** A folder of a skill, read and held to the standard. */
export interface SkillFolder extends ReadSkill {
  /** Every file of it, `SKILL.md` included. Sorted by path, which is relative to the folder, with `/`. */
  readonly files: readonly SkillFile[];
  /** Something of it is no text, or is meant to be run: that needs a folder where it lies. */
  readonly needsFolder: boolean;
}
export interface SkillFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Absent: it is no text, or too long to be read as one. */
  readonly text?: string;
  readonly executable: boolean;
}

/** Unit: bytes for `bytes`, of all files of a skill. */
const most = { skills: 100, files: 500, bytes: 8_388_608 };
/** What tools leave behind. */
const litter = new Set(['node_modules', '__pycache__']);
const runnable = new Set(['.py', '.js', '.mjs', '.cjs', '.ts', '.mts', '.sh', '.bash', '.ps1', '.rb']);
const invalid = (file: string, reason: string, fix: string, cause?: unknown) =>
  cliError('RUSTIC_SKILL_INVALID', { file: visibleLine(file), reason, fix }, cause);

/**
 * The skills below `skills/` of a package, sorted by name. Names that begin with a dot are left out.
 *
 * Throws: `RUSTIC_SKILL_INVALID`.
 */
export async function readSkills(root: string): Promise<readonly SkillFolder[]> {
  const begin = 'Write the first one: skills/NAME/SKILL.md';
  const entries = await readdir(join(root, 'skills'), { withFileTypes: true }).catch((error: unknown) => {
    throw invalid('skills', 'there is no such folder', begin, error);
  });
  const folders = entries.filter((entry) => !isHidden(entry.name) && !entry.isFile()).map(({ name }) => name);
  if (folders.length === 0) throw invalid('skills', 'there is no folder of a skill in it', begin);
  if (folders.length > most.skills)
    throw invalid('skills', `it has ${folders.length} skills; ${most.skills} is the most`, 'Publish several bundles.');
  const skills: SkillFolder[] = [];
  for (const name of folders.toSorted()) skills.push(await readSkill(root, name));
  return skills;
}
const isHidden = (name: string) => name.startsWith('.') || litter.has(name);

async function readSkill(root: string, name: string): Promise<SkillFolder> {
  const at = `skills/${name}`;
  const paths = await pathsIn(root, at);
  if (!paths.has('SKILL.md'))
    throw invalid(at, 'it has no SKILL.md', 'Write one; its name has capital letters, its ending small ones.');
  const total = [...paths.values()].reduce((sum, { size }) => sum + size, 0);
  if (total > most.bytes)
    throw invalid(at, `it has ${total} bytes; ${most.bytes} is the most`, 'Leave out what a model never needs.');
  const files: SkillFile[] = [];
  for (const path of [...paths.keys()].toSorted()) {
    const bytes = await readFile(join(root, at, path));
    const text = textIn(bytes);
    const executable = ((paths.get(path)?.mode ?? 0) & 0o100) !== 0;
    files.push({ path, bytes, ...(text !== undefined && { text }), executable });
  }
  const own = files.find(({ path }) => path === 'SKILL.md');
  if (own?.text === undefined) {
    const rule = `it is no text of at most ${skillLimits.textBytes} bytes`;
    throw invalid(`${at}/SKILL.md`, rule, 'Save it as UTF-8; what is only sometimes needed belongs in references/.');
  }
  const isMore = ({ path, text }: SkillFile) =>
    text === undefined || path.startsWith('scripts/') || runnable.has(extname(path));
  return { ...parseSkill(own.text, `${at}/SKILL.md`, name), files, needsFolder: files.some(isMore) };
}

/** Undefined: it is none, or too long. */
function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.length > skillLimits.textBytes || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The files of a folder. What a link leads to counts as if it lay there, where that is a file of the same folder. */
async function pathsIn(root: string, at: string): Promise<ReadonlyMap<string, Stats>> {
  const found = new Map<string, Stats>();
  const top = join(await realpath(root), at);
  if ((await realpath(top)) !== top)
    throw invalid(at, 'it is a link, or lies behind one', 'Copy the folder to where the link is.');
  const look = async (path: string): Promise<void> => {
    const here = `${at}${path && `/${path}`}`;
    if (visibleLine(path) !== path || path.includes('\\'))
      throw invalid(here, 'its name has characters that not every system takes', 'Rename it.');
    const info = await lstat(join(top, path));
    if (info.isDirectory()) {
      for (const name of await readdir(join(top, path)))
        if (!isHidden(name)) await look(path === '' ? name : `${path}/${name}`);
      return;
    }
    if (info.isSymbolicLink()) return void found.set(path, await targetOf(top, path, here));
    if (!info.isFile()) throw invalid(here, 'it is neither a file nor a folder', 'Take it away.');
    found.set(path, info);
    if (found.size > most.files)
      throw invalid(at, `it has more than ${most.files} files`, 'Leave out what a model never needs.');
  };
  await look('');
  return found;
}
async function targetOf(top: string, path: string, here: string): Promise<Stats> {
  const copy = 'Put a copy in the place of the link.';
  const real = await realpath(join(top, path)).catch((error: unknown) => {
    throw invalid(here, 'it is a link that leads nowhere', copy, error);
  });
  if (!real.startsWith(`${top}${sep}`)) throw invalid(here, 'it is a link that leads out of its folder', copy);
  const info = await stat(real);
  if (!info.isFile()) throw invalid(here, 'it is a link to something else than a file', copy);
  return info;
}
