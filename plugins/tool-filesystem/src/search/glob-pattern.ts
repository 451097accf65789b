import { workspaceError } from '@rustic-ai/kernel/contracts';
import { compilePattern } from './pattern.js';

/** Whether a path, with `/` between names, matches. */
export interface Glob {
  test(path: string): boolean;
  /** Whether the glob itself names something that begins with a dot. */
  readonly hidden: boolean;
}

/**
 * A glob of paths: `*` and `?` within a name, `**` over any number of folders, `[abc]`, `{a,b}`, `\` before any of them.
 * Without a `/` it is looked for in every folder. Dotfiles match; who walks decides whether it comes by them.
 *
 * Shape: linear in the length of the path, however the glob is written: it comes from a model.
 * Throws: `RUSTIC_FS_PATTERN`.
 */
export async function parseGlob(pattern: string): Promise<Glob> {
  const whole = pattern.replace(/^\.?\//, '');
  const anywhere = whole.replace(/\/$/, '').includes('/') ? whole : `**/${whole}`;
  const expression = await compilePattern(`^(?:${expressionOf(anywhere.replace(/\/$/, ''), pattern)})$`, pattern, {});
  // Most paths end otherwise, and that is seen at once.
  const [end = ''] = /[{}[\]\\]/.test(whole) ? [] : (/[^*?/]*$/.exec(whole) ?? []);
  return { test: (path) => path.endsWith(end) && expression.test(path), hidden: /(^|[/{,])\\?\./.test(whole) };
}

function expressionOf(glob: string, pattern: string): string {
  const refuse = (reason: string) => workspaceError('RUSTIC_FS_PATTERN', { pattern, reason });
  let out = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] as string;
    const startsName = at === 0 || /[/{,]/.test(glob[at - 1] as string);
    if (character === '*' && glob[at + 1] === '*' && startsName && /^(\/|$|[,}])/.test(glob.slice(at + 2))) {
      const slash = glob[at + 2] === '/';
      out += slash ? '(?:[^/]+/)*' : '.*';
      at += slash ? 2 : 1;
    } else if (character === '*') {
      while (glob[at + 1] === '*') at++;
      out += '[^/]*';
    } else if (character === '?') out += '[^/]';
    else if (character === '[') {
      const end = glob.indexOf(']', at + (/^\[[!^]?\]/.test(glob.slice(at)) ? 3 : 1));
      if (end < 0) throw refuse('a "[" has no "]"');
      out += classOf(glob.slice(at + 1, end));
      at = end;
    } else if (character === '{') {
      depth++;
      out += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      out += ')';
    } else if (character === ',' && depth > 0) out += '|';
    else if (character === '\\' && at + 1 < glob.length) out += literally(glob[++at] as string);
    else out += literally(character);
  }
  if (depth > 0) throw refuse('a "{" has no "}"');
  return out;
}

const classOf = (inside: string): string => {
  const negated = /^[!^]/.test(inside);
  const members = inside.slice(negated ? 1 : 0).replace(/[\\[\]^]/g, String.raw`\$&`);
  return negated ? `[^/${members}]` : `[${members}]`;
};
const literally = (character: string) => character.replace(/[\\^$.*+?()[\]{}|]/, String.raw`\$&`);
