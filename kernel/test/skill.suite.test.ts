import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Declaration } from '@rustic-ai/kernel';
import { isSkillName, skillError, skillFacts, type SkillRequest, type SkillText } from '@rustic-ai/kernel/contracts';
import { describeSkill, scoreOf, skillSuite, type SkillSubject } from '@rustic-ai/kernel/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { plugin } from './plugins.js';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-skill-')));
afterAll(() => rmSync(home, { recursive: true, force: true }));
/** A folder of a skill with a file that is no text; `link` is where that leads instead. */
function folderWith(name: string, link?: string): string {
  const folder = join(home, name);
  mkdirSync(join(folder, 'references'), { recursive: true });
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'SKILL.md'), '# Greet');
  writeFileSync(join(folder, 'references/words.md'), 'Hello, Ahoy');
  if (link) symlinkSync(link, join(folder, 'assets/logo.png'));
  else writeFileSync(join(folder, 'assets/logo.png'), new Uint8Array([0, 1, 2]));
  return folder;
}
const folder = folderWith('greet');
const outside = join(home, 'outside.png');
writeFileSync(outside, '');

interface Parts {
  readonly name: string;
  readonly declaration: Declaration;
  text(file: string): string | undefined;
  answer(text: SkillText): object;
}
const texts: Readonly<Record<string, string>> = { 'SKILL.md': '# Greet', 'references/words.md': 'Hello, Ahoy' };
const facts = { license: 'MIT', compatibility: 'Anywhere', metadata: { author: 'Ada' }, allowedTools: 'fs_read' };
const good: Parts = {
  name: 'greet-people',
  declaration: { summary: 'Greets people. Use when somebody comes in.', facts },
  text: (file) => (Object.hasOwn(texts, file) ? texts[file] : undefined),
  answer: (text) => text,
};
const subject = (twin: Partial<Parts> = {}): SkillSubject => {
  const { name, declaration, text: textOf, answer } = { ...good, ...twin };
  const files = ['assets/logo.png', 'references/words.md'];
  const run = ({ file = 'SKILL.md' }: SkillRequest) => {
    const text = textOf(file);
    if (text === undefined)
      throw skillError('RUSTIC_SKILL_FILE', { skill: name, file, reason: 'it is none of its texts', files: 'none' });
    return answer({ text, files, folder });
  };
  const greeter = plugin({ id: 'greeter', contributes: { skill: { [name]: declaration } } }, () => ({
    skill: { [name]: { run } },
  }));
  return { plugins: [greeter], name };
};
const states = (more: object) => ({ declaration: { ...good.declaration, ...more } });
const named = (...files: string[]): Partial<Parts> => ({ answer: (text) => ({ ...text, files }) });
const within = (at: string): Partial<Parts> => ({ answer: (text) => ({ ...text, folder: at }) });
const says = (text: string): Partial<Parts> => ({ text: (file) => (file === 'SKILL.md' ? text : good.text(file)) });
let read = 0;

/** One skill or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Partial<Parts>[]> = {
  name: [{ name: 'Greet' }, { name: 'greet--people' }, { name: 'a'.repeat(65) }],
  description: [
    states({ summary: ' ' }),
    states({ summary: 'a '.repeat(600) }),
    states({ summary: 'Greets\u202e people' }),
  ],
  facts: [states({ facts: { metadata: { year: 1 } } }), states({ facts: { compatibility: 'a'.repeat(501) } })],
  looks: [states({ effects: { kind: 'write', idempotent: true, openWorld: false } })],
  body: [says(' '), says('---\nname: greet\n---\n# Greet')],
  files: [
    named('references/words.md', 'assets/logo.png'),
    named('SKILL.md'),
    named('assets/logo.png', 'assets/logo.png'),
  ],
  reads: [{ answer: ({ folder: _, ...text }) => text }],
  bounded: [says('a'.repeat(262_145))],
  outside: [{ text: (file) => good.text(file) ?? 'root' }, { text: (file) => good.text(file || 'SKILL.md') }],
  folder: [within('greet'), within(folderWith('linked', outside))],
  repeat: [{ answer: (text) => ({ ...text, text: `${text.text} ${read++}` }) }],
};

describeSkill(subject(), { describe, it });

describe('the skill suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(skillSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on a skill that breaks it (%i), and nothing else', async (id, _, twin) => {
    const { rules } = await scoreOf('skill', skillSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});

describe('what a skill states of itself', () => {
  it('is taken as it is, and what has another shape was never said', () => {
    expect(skillFacts({ facts })).toEqual(facts);
    expect(skillFacts({ facts: { license: 1, compatibility: [], metadata: { a: 1 }, allowedTools: {} } })).toEqual({});
    expect(skillFacts({})).toEqual({});
  });
  it.each(['a', 'pdf-forms', '2d', 'a'.repeat(64)])('has a name such as %s', (name) => {
    expect(isSkillName(name)).toBe(true);
  });
  it.each(['', '-a', 'a-', 'a--b', 'A', 'a_b', 'a b', 'a/b', '..', 'é', 'a\n', 'a'.repeat(65)])('never %j', (name) => {
    expect(isSkillName(name)).toBe(false);
  });
});
