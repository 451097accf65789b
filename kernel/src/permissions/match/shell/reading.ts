import type {
  Command,
  DoubleQuotedChild,
  parse as parseScript,
  forEachChild as eachChild,
  Redirect,
  Script,
  SyntaxNode,
  Word,
  WordPart,
} from 'unbash';
import { insideOf } from './inside.js';
import { isHarmless, risksOf } from './risks.js';
import { isKnown, loose, programOf, split } from './words.js';

/** One thing that a line does. */
export interface Part {
  readonly text: string;
  /** None: not a command, but something that only a rule for the whole line covers. */
  readonly words: readonly string[];
  /** Which words an allow rule must name; `unnamed` or `hiding`: no rule for words covers this. */
  readonly named: readonly number[];
  /** What runs can't be told from the line. */
  readonly opaque: boolean;
  /** The command that runs this one: a rule for it that names this command's word covers both. */
  readonly within?: Pick<Part, 'words' | 'named' | 'opaque'>;
}
export interface Reading {
  readonly parts: readonly Part[];
  /** Whether the whole line was read without an error. */
  readonly understood: boolean;
}

/** Something that no rule for words covers. */
const unnamed = -1;
/** The same, and code may hide in it. */
const hiding = -2;
/** Whether a deny rule should be looked for among the letters of the line. */
export const mayHide = ({ opaque, named }: Part): boolean => opaque || named.some((at) => at !== unnamed);

/** Whether a command of literal words runs nothing but itself, and hides nothing. */
export const isAll = (words: readonly string[]): boolean => insideOf(words).length === 0 && risksOf(words).length === 0;

interface Grammar {
  readonly parse: typeof parseScript;
  readonly forEachChild: typeof eachChild;
}
interface Place {
  readonly source: string;
  /** Counts scripts within scripts. */
  readonly depth: number;
  readonly command?: { readonly named: number[] };
}
const mostParts = 200;
const deepest = 12;
/** Tests that only look: no arithmetic, no names of variables. */
const looking = /^(?:-[abcdefghknoprstuwxzGLNOS]|==?|!=|<|>|=~|-nt|-ot|-ef)$/;
const quiet = /^\/dev\/(?:null|stdout|stderr)$/;

/** Takes a line apart: each command in it, however deep, with what it runs in its turn. */
export function readLine(line: string, { parse, forEachChild }: Grammar): Reading {
  const parts: Part[] = [];
  let understood = true;

  const script = (source: string, depth: number) => {
    if (depth > deepest || parts.length > mostParts) understood = false;
    else visit(parse(source), { source, depth });
  };
  /** Something that is only covered by a rule for the whole line. */
  const risk = (node: SyntaxNode, place: Place) => {
    const mark = node.type === 'Redirect' ? unnamed : hiding;
    const opaque = node.type === 'Function' || node.type === 'ExtendedGlob';
    if (place.command && !opaque) place.command.named.push(mark);
    else parts.push({ text: place.source.slice(node.pos, node.end), words: [], named: [mark], opaque });
  };

  const visit = (node: SyntaxNode, place: Place): void => {
    if (node.type === 'Script') return body(node, place);
    if (node.type === 'Command') return command(node, place);
    if (isUnclear(node)) understood = false;
    if (isRisk(node, place.command !== undefined)) risk(node, place);
    forEachChild(node, (child) => visit(child, place));
  };

  const body = (node: Script & { readonly errors?: readonly unknown[] | undefined }, place: Place) => {
    if (node.errors?.length || place.depth > deepest || parts.length > mostParts) understood = false;
    else
      for (const statement of node.commands)
        visit(statement, { source: node.source ?? place.source, depth: place.depth + 1 });
  };

  const command = (node: Command, place: Place) => {
    const named: number[] = [];
    const here = node.name ? { ...place, command: { named } } : { source: place.source, depth: place.depth };
    forEachChild(node, (child) => visit(child, here));
    if (!node.name) return;
    const words = [node.name, ...node.args].map((word) => (word.type === 'Word' ? wordOf(word) : word.text));
    // A file whose name begins with "-" is an option to most programs.
    if (words.some((word, at) => at > 0 && word.startsWith(split) && hasGlob(node.args[at - 1]))) named.push(unnamed);
    add({ text: place.source.slice(node.pos, node.end), words, named, depth: place.depth });
  };

  const add = (one: Pick<Part, 'text' | 'words' | 'named' | 'within'> & { readonly depth: number }) => {
    const { text, words, within, depth } = one;
    if (depth > deepest || parts.length > mostParts) {
      understood = false;
      return;
    }
    const insides = insideOf(words);
    const named = [...one.named, ...risksOf(words)];
    const opaque = !isKnown(words[0] ?? '') || programOf(words[0]) === '' || insides.includes('unknown');
    parts.push({ text, words, named, opaque, ...(within && { within }) });
    for (const inside of insides) {
      if (inside === 'unknown') continue;
      if ('code' in inside) {
        script(inside.code, depth + 1);
        continue;
      }
      const risks = risksOf(inside.words).map((at) => (at < 0 ? at : at + inside.at));
      const outer = { words, named: [...named, inside.at, ...risks], opaque };
      add({ text: inside.words.map(shown).join(' '), words: inside.words, named: [], within: outer, depth: depth + 1 });
    }
  };

  try {
    script(line, 0);
  } catch {
    understood = false;
  }
  return { parts, understood };
}

const shown = (word: string) => word.replaceAll(split, '…').replaceAll(loose, '…');
const hasGlob = (word: { readonly type: string; readonly parts?: Word['parts'] } | undefined): boolean =>
  word?.parts?.some(({ type }) => globs.test(type)) ?? false;

/** Nodes that only a rule for the whole line covers, whatever they hold. */
const risks =
  /^(?:CommandExpansion|ProcessSubstitution|Arithmetic(?:CommandExpansion|Expansion|Command|For)|LocaleString|Coproc|Function|ExtendedGlob|Transform|Slice|Unknown|Names)$/;

/** Whether a node runs something, sets something that others act on, or makes a file. */
function isRisk(node: SyntaxNode, given: boolean): boolean {
  if (risks.test(node.type)) return true;
  if (node.type === 'Default') return node.operator.includes('=');
  if (node.type === 'ParameterExpansion')
    return node.prefix === '!' || (node.index !== undefined && !/^(?:\d+|@|\*)$/.test(node.index.text));
  if (node.type === 'TestUnary' || node.type === 'TestBinary') return !looking.test(node.operator);
  if (node.type === 'For' || node.type === 'Select') return !isHarmless(node.name.value, false);
  if (node.type === 'Assignment') return node.index !== undefined || !isHarmless(node.name, given);
  return node.type === 'Redirect' && !isQuiet(node);
}

/** Whether a node has a part that the grammar could not make out. */
function isUnclear(node: SyntaxNode): boolean {
  if (node.type === 'HereDoc') return !node.closing;
  return 'script' in node && !node.script;
}

/** What a program is given for a word, unknown pieces as marks. */
const wordOf = ({ parts, value }: Word): string =>
  parts ? parts.reduce((text, part) => text + pieceOf(part, text === ''), '') : value;
function pieceOf(part: WordPart, first: boolean): string {
  if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted') return part.value;
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') return part.parts.map(quotedOf).join('');
  if (part.type === 'ProcessSubstitution') return loose;
  return globs.test(part.type) && !first ? loose : split;
}
const globs = /^(?:Glob|ExtendedGlob|BraceExpansion)$/;
/** Within quotes only a list of words becomes more than one. */
const quotedOf = (child: DoubleQuotedChild): string =>
  child.type === 'Literal' ? child.value : child.text.includes('@') ? split : loose;

/** Whether a redirection writes nothing and reads no more than a file of the folder. */
function isQuiet({ operator, target, descriptor }: Redirect): boolean {
  if (!target || descriptor?.type === 'FileDescriptorVariable') return false;
  const to = wordOf(target);
  if (operator === '<&' || operator === '>&') return /^(?:\d+|-)$/.test(to);
  if (operator === '<') return to === '/dev/null' || (isKnown(to) && !/^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(to));
  return operator !== '<>' && quiet.test(to);
}
