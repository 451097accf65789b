import { isKnown, isUnstable, programOf, split } from './words.js';

/** What a command runs in its turn: another command, a line of shell, or something that can't be known. */
export type Inside =
  /** The words from `at` on, where the command's own stand. */
  { readonly words: readonly string[]; readonly at: number } | { readonly code: string } | 'unknown';

/**
 * Programs that run the command among their words: options as getopt has them (`:` takes a value), long options that
 * stand alone, and how many words come before the command. An option that is not here is not understood.
 */
const wrappers: { readonly [program: string]: readonly [options: string, long?: string, before?: number] } = {
  builtin: [''],
  command: ['p'],
  env: ['i0vu:C:', 'ignore-environment null debug'],
  exec: ['cla:'],
  nice: ['n:0123456789'],
  nohup: [''],
  npx: ['yq', 'yes no no-install quiet'],
  setsid: ['cfw', 'ctty fork wait'],
  stdbuf: ['i:o:e:'],
  sudo: ['nEHSkbAu:g:h:p:C:T:', 'preserve-env non-interactive'],
  time: ['avpf:o:', 'append verbose portability'],
  timeout: ['vpfk:s:', 'preserve-status foreground verbose', 1],
  xargs: ['0rtpxI:n:L:P:s:d:E:a:', 'null no-run-if-empty verbose'],
};
const shells = /^(?:r?ba|da|z|k|mk|a|fi|c|tc)?sh$/;
const interpreters =
  /^(?:python[\d.]*|pypy[\d.]*|node|nodejs|perl[\d.]*|ruby[\d.]*|php[\d.]*|lua[\d.]*|tclsh[\d.]*|deno|bun|pwsh|powershell|osascript|rscript|irb|julia|groovy|guile|expect|tsx|ts-node)$/;
/** Builtins that change what a word of the line means, or run something later. */
const steering = /^(?:alias|unalias|enable|shopt|hash|bind|complete|compopt|compgen|fc)$/;
/** Programs with a command language of their own, and such as hand their words to a shell, here or elsewhere. */
const relays =
  /^(?:busybox|toybox|chroot|chrt|doas|flock|ionice|ltrace|setpriv|strace|taskset|unshare|watch|ssh|su|runuser|script|parallel|systemd-run|nsenter|pkexec|entr|at|batch|crontab|screen|tmux|emacs|fd|fdfind|start-stop-daemon|xterm|gdb|lldb|vi|vim|nvim|view|ed|ex|dc|m4|sqlite3)$/;
/** Options of interpreters whose value is code, or the name of code to load. */
const code =
  /^-(?!-)[A-Za-z0-9]*[cemprEMIR]|^--(?:eval|print|require|import|exec|command|loader|experimental-loader|run|expr)$/;
export const told = /^(?:-v|-V|--version|--help|--test|--check)$/;
const assignment = /^[A-Za-z_]\w*=/;

export const isInterpreter = (program: string): boolean => interpreters.test(program) || shells.test(program);

/** Where the script of an interpreter stands, after its options and the code among them; -1: there is none. */
export const scriptAt = (words: readonly string[]): number =>
  words.findIndex((word, at) => at > 0 && (word === '-' || !/^[-+]/.test(word)) && !code.test(words[at - 1] ?? ''));

/** What a command runs beside itself, as far as its words tell. */
export function insideOf(words: readonly string[]): readonly Inside[] {
  const program = programOf(words[0]);
  if (Object.hasOwn(wrappers, program)) return wrapped(program, words);
  if (shells.test(program)) return program === 'bash' ? shelled(words) : [...shelled(words), ...otherShell(words)];
  if (program === 'eval') return codeOf(words.slice(words[1] === '--' ? 2 : 1));
  if (program === 'trap') {
    const [code = ''] = words.slice(words[1] === '--' ? 2 : 1);
    return /^(?:-|-[lp].*)?$/.test(code) ? [] : codeOf([code]);
  }
  if (program === 'find') return found(words);
  if (program === 'source' || program === '.') return isFile(words[1]) ? [] : ['unknown'];
  if (interpreters.test(program)) return scripted(words);
  if (relays.test(program)) return ['unknown'];
  return steering.test(program) && words.length > 1 ? ['unknown'] : [];
}

const codeOf = (words: readonly string[]): readonly Inside[] =>
  words.length === 0 ? [] : words.every(isKnown) ? [{ code: words.join(' ') }] : ['unknown'];
/** A file by a name that can't be the input, nor what a substitution makes. */
const isFile = (word: string | undefined): boolean =>
  word !== undefined && isKnown(word) && !/^(?:-|\/dev\/|\/proc\/)/.test(word);
/** Only what bash reads is read as bash. */
const otherShell = (words: readonly string[]): readonly Inside[] =>
  words.some((word) => /^-[a-zA-Z]*c/.test(word)) ? ['unknown'] : [];

/** Without a script, and without code among its options, an interpreter reads code from its input. */
function scripted(words: readonly string[]): readonly Inside[] {
  const at = scriptAt(words);
  if (at >= 0) return isFile(words[at]) ? [] : ['unknown'];
  return words.some((word, index) => index > 0 && (code.test(word) || told.test(word))) ? [] : ['unknown'];
}

function shelled(words: readonly string[]): readonly Inside[] {
  const at = words.findIndex((word, index) => index > 0 && !/^[-+]/.test(word));
  const options = words.slice(1, at < 0 ? undefined : at);
  // An option with a value, or one that names a file to run first, moves the place of the code.
  if (
    options.some(
      (option) =>
        !/^(?:-[acefhlmnuvxBC]+|--norc|--noprofile|--posix)$/.test(option) && !/^--(?:version|help)$/.test(option),
    )
  )
    return ['unknown'];
  if (options.some((option) => /^--(?:version|help)$/.test(option))) return [];
  const script = words[at];
  if (options.some((option) => /^-[a-zA-Z]*c/.test(option))) return at < 0 ? ['unknown'] : codeOf([script ?? '']);
  return isFile(script) ? [] : ['unknown'];
}

function wrapped(program: string, words: readonly string[]): readonly Inside[] {
  const [options, long = '', before = 0] = wrappers[program] ?? [''];
  if (program === 'command' && /^-p*[vV]/.test(words[1] ?? '')) return [];
  let at = 1;
  let replaced: string | undefined;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (isUnstable(word)) return ['unknown'];
    if (word === '--') {
      at++;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    if (word.startsWith('--')) {
      if (!long.split(' ').includes(word.slice(2))) return ['unknown'];
      continue;
    }
    for (let letter = 1; letter < word.length; letter++) {
      const known = options.indexOf(word[letter] ?? '');
      if (known < 0 || word[letter] === ':') return ['unknown'];
      if (options[known + 1] !== ':') continue;
      const attached = word.slice(letter + 1);
      if (word[letter] === 'I') replaced = attached || words[at + 1];
      if (!attached) at++;
      break;
    }
  }
  at += before;
  if (program === 'env' || program === 'sudo') while (assignment.test(words[at] ?? '')) at++;
  const rest = words.slice(at);
  if (rest.length === 0) return [];
  if (rest[0]?.startsWith('-')) return ['unknown'];
  if (program !== 'xargs') return [{ words: rest, at }];
  if (replaced === undefined) return [{ words: [...rest, split], at }];
  return [{ words: rest.map((word) => (word.includes(replaced) ? word.replaceAll(replaced, split) : word)), at }];
}

/** The commands that `find` runs on what it finds; a name it puts in may be anything but an option. */
function found(words: readonly string[]): readonly Inside[] {
  const inside: Inside[] = [];
  for (let at = 1; at < words.length; at++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(words[at] ?? '')) continue;
    const end = words.findIndex(
      (word, index) => index > at && (word === ';' || (word === '+' && words[index - 1] === '{}')),
    );
    const run = words.slice(at + 1, end < 0 ? undefined : end);
    inside.push(run.length > 0 ? { words: run.map((word) => word.replaceAll('{}', split)), at: at + 1 } : 'unknown');
    at = end < 0 ? words.length : end;
  }
  return inside;
}
