import { isInterpreter, scriptAt, told } from './inside.js';
import { isKnown, isUnstable, programOf } from './words.js';

/** Variables that no program takes a command, a file or a library to load from. */
const harmless =
  /^(?:NODE_ENV|CI|FORCE_COLOR|NO_COLOR|CLICOLOR|DEBUG|LANG|LC_[A-Z]+|TZ|RUST_LOG|RUST_BACKTRACE|LOG_LEVEL|PORT|VERBOSE|GOOS|GOARCH|CGO_ENABLED|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|APP_ENV|RAILS_ENV|UPDATE_SNAPSHOTS)$/;
/** A variable of the line alone: no program is given it, and the shell reads nothing from it. */
const own = /^(?!npm_|.*_proxy$)[a-z_][a-z0-9_]*$/;

/** Whether setting a variable changes nothing but itself; `given` says that programs get it. */
export const isHarmless = (name: string, given: boolean): boolean => harmless.test(name) || (!given && own.test(name));

/** Scripts of sed that only print, delete or replace. */
const sedScript =
  /^(?:(?:(?:\d+|\$|\/[^/\\]*\/)(?:,(?:\d+|\$|\/[^/\\]*\/))?)?!?(?:[pdq=]|s([/|,#@:])(?:(?!\1)[^\\\n]|\\[^\n])*\1(?:(?!\1)[^\\\n]|\\[^\n])*\1[gpiI\d]*);?)+$/;
const awkReach = /[|>@]|system|getline|close|ENVIRON|PROCINFO/;
const flag = (word: string) => word.startsWith('-') || word.startsWith('+');

/** By program: which of its words make it run code, or write to a file, that a rule for it did not mean. */
const risky: { readonly [program: string]: RegExp | ((words: readonly string[]) => readonly number[]) } = {
  'find gfind': /^-(?:delete|fprint.*|fls|files0-from.*)$/,
  sort: /^-(?![bdfghiMnRrsuVzcCm]*(?:[kt].*)?$)/,
  'sed gsed': (words) => {
    const scripts = words.flatMap((word, at) => (/^-[nErsuz]*e$/.test(words[at - 1] ?? '') ? [at] : []));
    const first = words.findIndex((word, at) => at > 0 && !flag(word));
    const read = scripts.length > 0 ? scripts : [first];
    return indices(words, (word, at) =>
      read.includes(at) ? !sedScript.test(word) || !isKnown(word) : flag(word) && !/^-[nErsuz]*e?$/.test(word),
    );
  },
  'awk gawk mawk nawk': (words) => {
    const first = words.findIndex((word, at) => at > 0 && !flag(word) && !/^-[Fv]$/.test(words[at - 1] ?? ''));
    return indices(words, (word, at) =>
      at === first ? awkReach.test(word) || !isKnown(word) : flag(word) && !/^-[Fv]/.test(word),
    );
  },
  git: (words) => {
    const sub = words.findIndex((word, at) => at > 0 && !flag(word));
    const name = words[sub] ?? '';
    const runs =
      /^(?:config|filter-branch|difftool|mergetool|bisect|submodule|daemon|hook|send-email|help|instaweb|web--browse|credential)$/;
    return indices(
      words,
      (word, at) =>
        (sub < 0 || at < sub ? !/^--(?:version|help|no-pager|no-optional-locks)$/.test(word) : false) ||
        (at > sub &&
          /^--(?:u(?:p|=|$)|rece|e(?:xe|xt(?!ended)|x?=|x?$)|out|op|textc|te(?:m|=|$)|co(?:nf|n?=|n?$))/.test(word)) ||
        (at > sub && /^(?:[a-z+]+::)/.test(word)) ||
        (at > sub && /^(?:rebase|clone|grep|archive|ls-remote)$/.test(name) && /^-[a-zA-Z]*[xucOo]/.test(word)) ||
        (at === sub && (runs.test(word) || word === '')),
    );
  },
  'tar gtar': (words) =>
    indices(
      words,
      (word, at) =>
        /^--(?:to|ch|us|inf|new|rs|rm|tr)|^-(?!-)\w*[IF]/.test(word) ||
        (at === 1 && (/^\w*[IF]/.test(word) || !isKnown(word))),
    ),
  time: /^-(?!-)\w*[oa]|^--(?:ou|ap)/,
  rg: /^--(?:pre|hostname-bin)/,
  'make gmake': /[=\ufffe]|^-(?!-)\w*[fCIE]|^--(?:eval|file|makefile|directory|include-dir)/,
  'npm pnpm yarn': /^-C|^--(?:sc|no?de-o|pre|user|gl|sh|w|init)/,
  curl: /^-(?![sSLfIviGgNk46#]*(?:[XHAmu].*)?$)(?!-(?:silent|show-error|location|fail|head|verbose|compressed)$)/,
  wget: /^-(?!-)\w*[OeiaP]|^--(?:us|ex|out|con|ap|inp|dir)/,
  scp: /^-(?!-)\w*[oFSDi]/,
  rsync: /^-(?!-)\w*e|^--(?:rs|co|da|lo|wr|fi|rem|del)/,
  man: /^-(?!-)\w*[PHTXC]|^--(?:pa|ht|co|tr|gx|di)/,
  less: /^\+|^-(?!-)\w*[oOkp]|^--(?:log|LOG|les)/,
  split: /^--f/,
  tree: /^-(?!-)\w*[oR]/,
  shuf: /^-(?!-)\w*o|^--o/,
  iconv: /^-(?!-)\w*o|^--o/,
  file: /^-(?!-)\w*[CmMf]|^--(?:com|mag|fil)/,
  date: /^-(?!-)\w*[sf]|^--(?:s|f)/,
  yq: /^-(?!-)\w*[is]|^--(?:in|sp)/,
  xxd: (words) =>
    words.slice(1).filter((word) => !flag(word)).length > 1 || words.some((word) => /^-\w*r/.test(word)) ? [-1] : [],
  uniq: (words) => (words.slice(1).filter((word) => !flag(word)).length > 1 ? [-1] : []),
  'cd pushd': (words) =>
    words.length === 1 ? [-1] : indices(words, (word) => /^[/~-]|(?:^|\/)\.\.(?:\/|$)/.test(word) || !isKnown(word)),
  'test [': /^-[vR]$/,
  printf: /^-v/,
  set: /^(?![-+][euxo]+$|pipefail$|errexit$|nounset$|xtrace$)/,
  'export declare typeset readonly local': (words) =>
    indices(words, (word) => !isHarmless(word.replace(/=[^]*/, ''), true)),
  'read unset wait': (words) => indices(words, (word) => !own.test(word) && !/^-[rs]+$/.test(word)),
  'let mapfile readarray getopts': /^/,
  'env sudo': (words) =>
    indices(words, (word) => word.includes('=') && !isHarmless(word.slice(0, word.indexOf('=')), true)),
};
const byProgram = new Map(
  Object.entries(risky).flatMap(([names, rule]) => names.split(' ').map((name) => [name, rule] as const)),
);

const indices = (words: readonly string[], is: (word: string, at: number) => boolean): readonly number[] =>
  words.flatMap((word, at) => (at > 0 && is(word, at) ? [at] : []));

/**
 * Which words of a command an allow rule must name as they are, because a `*` for them would cover more than it says:
 * code, a place to write to, an option that may hide. `-1`: no rule for words covers it.
 */
export function risksOf(words: readonly string[]): readonly number[] {
  const program = programOf(words[0]);
  if (isInterpreter(program)) {
    if (words.length === 2 && told.test(words[1] ?? '')) return [];
    const script = scriptAt(words);
    // What follows a module or code of Python is its own.
    const module = program.startsWith('py') ? words.findIndex((word) => /^-[A-Za-z]*[cm]$/.test(word)) : -1;
    if (module > 0 && (script < 0 || module < script)) return indices(words, (_, at) => at <= module + 1);
    return indices(words, (word, at) => script < 0 || at < script || (at === script && isUnstable(word)));
  }
  const rule = byProgram.get(program);
  if (!rule) return [];
  const unstable = indices(words, isUnstable);
  return [...unstable, ...(rule instanceof RegExp ? indices(words, (word) => rule.test(word)) : rule(words))];
}
