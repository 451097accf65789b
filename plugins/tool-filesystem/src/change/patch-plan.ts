import { workspaceError } from '@rustic-ai/kernel/contracts';
import type { StructuredPatch } from 'diff';
import { decodeText, encodeText } from '../encoding.js';
import type { Change, Planned } from './changes.js';
import { digest } from './plans.js';

const misfit = (reason: string, cause?: unknown) => workspaceError('RUSTIC_FS_PATCH', { reason }, cause);

/** The changes of a unified diff, one for each file. Throws: `RUSTIC_FS_PATCH`. */
export async function patching(patch: string): Promise<readonly Change[]> {
  const { applyPatch, parsePatch } = await import('diff');
  let files: readonly StructuredPatch[];
  try {
    files = parsePatch(patch);
  } catch (error) {
    throw misfit(error instanceof Error ? error.message : String(error), error);
  }
  const changed = files.filter(({ hunks }) => hunks.length > 0).map((file) => changeOf(file, applyPatch));
  const changes = [...renamesIn(patch), ...changed];
  if (changes.length === 0) throw misfit('it has no hunk "@@ -1,2 +1,2 @@" of any file');
  const paths = changes.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]));
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice !== undefined) throw misfit(`it has ${twice} twice`);
  return changes;
}

function changeOf(file: StructuredPatch, apply: typeof import('diff').applyPatch): Change {
  const [from, to] = namesIn(file);
  const path = to ?? from;
  if (path === undefined) throw misfit('a file in it has no name');
  const renamed = from !== undefined && from !== path;
  return {
    path,
    ...(renamed && { from }),
    plan(data): Planned {
      if (from === undefined && data) throw misfit(`${path} is new in it, and exists already`);
      if (from !== undefined && !data) throw misfit(`${from} does not exist`);
      const old = data && decodeText(data, path);
      const text = apply(old?.text ?? '', file, { autoConvertLineEndings: true, fuzzFactor: 0 });
      if (text === false) throw misfit(`${from ?? path} does not hold what its hunks expect`);
      if (to === undefined && text !== '') throw misfit(`${path} holds more than what it takes out`);
      const after = to === undefined ? undefined : text;
      return {
        before: old?.text,
        after,
        data: after === undefined ? undefined : encodeText({ text: after, encoding: old?.encoding ?? 'utf-8' }, path),
        overwrite: old !== undefined,
        basis: data ? digest(data) : '',
        says: renamed
          ? `Renamed ${from} to ${path}, and patched it.`
          : `${!old ? 'Made' : after === undefined ? 'Removed' : 'Patched'} ${path}.`,
      };
    },
  };
}

/** Files that get another name and nothing else: git says those without hunks. */
function renamesIn(patch: string): readonly Change[] {
  const blocks = patch.split(/^(?=diff --git )/m).filter((block) => !/^(@@ |--- )/m.test(block));
  return blocks.flatMap((block): readonly Change[] => {
    const [, from, path] = /^rename from (.+?)\r?\nrename to (.+?)\r?$/m.exec(block) ?? [];
    if (from === undefined || path === undefined) return [];
    if (from.startsWith('"') || path.startsWith('"')) throw misfit('a name in quotes can not be read; move the file');
    const plan = (data: Uint8Array | undefined): Planned => {
      if (!data) throw misfit(`${from} does not exist`);
      const none = { before: undefined, after: undefined };
      return { ...none, data, overwrite: true, basis: digest(data), says: `Renamed ${from} to ${path}.` };
    };
    return [{ path, from, plan }];
  });
}

const nowhere = '/dev/null';
/** Without the `a/` and `b/` of git; undefined for no file. */
function namesIn(file: StructuredPatch): readonly [from: string | undefined, to: string | undefined] {
  const [from = nowhere, to = nowhere] = [file.oldFileName, file.newFileName];
  const isGit = (from === nowhere || from.startsWith('a/')) && (to === nowhere || to.startsWith('b/'));
  const plain = (name: string) => (name === nowhere ? undefined : name.slice(isGit ? 2 : 0));
  return [plain(from), plain(to)];
}
