import { strict as assert } from 'node:assert';
import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import type { Handle } from '../capability.js';
import { isSkillName, skillFacts, skillLimits, type SkillText } from '../contracts/skill.js';
import { visibleLine } from '../contracts/visible.js';
import type { InCode } from '../compose/in-code.js';
import { errorInfo } from '../errors.js';
import { createTestKernel } from './kernel.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** A skill, and what it stands on. */
export interface SkillSubject {
  /** The skill's plugin and all it requires. */
  readonly plugins: readonly InCode[];
  readonly name: string;
}
interface Tried {
  readonly skill: Handle<'skill'>;
  read(file?: string): Promise<SkillText>;
  /** Undefined: it is refused as a file that can't be read. */
  textOf(file: string): Promise<string | undefined>;
}
const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<SkillSubject> => ({
  id,
  says,
  async run({ plugins, name }) {
    const kernel = await createTestKernel({ plugins, answers: [{ outcome: 'once' }] });
    try {
      const skill = kernel.use('skill').get(name);
      const read = (file?: string) => skill.invoke(Object.freeze(file === undefined ? {} : { file }), kernel.call());
      const textOf = async (file: string) => {
        try {
          return (await read(file)).text;
        } catch (error) {
          assert.equal(errorInfo(error).code, 'RUSTIC_SKILL_FILE');
          return undefined;
        }
      };
      await check({ skill, read, textOf });
    } finally {
      await kernel.dispose();
    }
  },
});
/** Names of files that no skill has, and ways out of its folder. */
const elsewhere = ['', '.', '..', '../SKILL.md', 'a/../../package.json', '/etc/hosts', 'C:\\hosts', '..\\x', 'no\0.md'];
const bytesOf = (text: string) => Buffer.byteLength(text);

/** What every skill promises, rule by rule. */
export const skillSuite: readonly Rule<SkillSubject>[] = [
  rule('name', 'has a name as the standard has it', async ({ skill }) => {
    assert.ok(isSkillName(skill.name), `"${skill.name}" is no name of a skill`);
  }),
  rule('description', 'says in at most 1,024 characters, none of them hidden, what it is for', async ({ skill }) => {
    const { summary } = skill.declaration;
    assert.match(summary, /\S{2,}/);
    assert.ok(summary.length <= skillLimits.description, `it has ${summary.length} characters`);
    assert.equal(visibleLine(summary), summary);
  }),
  rule('facts', 'states its licence, its needs and other data as texts', async ({ skill }) => {
    const { facts = {} } = skill.declaration;
    const { license, compatibility, metadata, allowedTools } = facts;
    const said = JSON.parse(JSON.stringify({ license, compatibility, metadata, allowedTools })) as unknown;
    assert.deepEqual(skillFacts(skill.declaration), said);
    assert.ok(String(compatibility ?? '').length <= skillLimits.compatibility, 'its compatibility is too long');
  }),
  rule('looks', 'changes nothing', async ({ skill }) => {
    assert.ok(
      ['none', 'read'].includes(skill.declaration.effects?.kind ?? 'read'),
      'its effects are more than to read',
    );
  }),
  rule('body', 'gives what stands below its front matter', async ({ read }) => {
    const { text } = await read();
    assert.match(text, /\S/, 'it says nothing');
    assert.doesNotMatch(text, /^\uFEFF?---\r?\n(?:.*\r?\n)*?name:/, 'it gives its front matter');
  }),
  rule('files', 'names its other files once each, sorted, by their path in its folder', async ({ read }) => {
    const { files } = await read();
    assert.deepEqual(files, [...new Set(files)].toSorted());
    for (const file of files) {
      assert.ok(!isAbsolute(file) && !file.split(/[\\/]/).includes('..'), `"${file}" leads out of its folder`);
      assert.notEqual(file, 'SKILL.md');
    }
  }),
  rule('reads', 'gives each of its files as text, or the folder it lies in', async ({ read, textOf }) => {
    const { files, folder } = await read();
    for (const file of files)
      assert.ok((await textOf(file)) !== undefined || folder !== undefined, `"${file}" can't be reached`);
  }),
  rule('bounded', 'gives texts of at most 256 KiB', async ({ read, textOf }) => {
    const { text, files } = await read();
    const texts = [text, ...(await Promise.all(files.map(async (file) => (await textOf(file)) ?? '')))];
    for (const one of texts) assert.ok(bytesOf(one) <= skillLimits.textBytes, `a text has ${bytesOf(one)} bytes`);
  }),
  rule('outside', 'refuses every other file', async ({ textOf }) => {
    for (const file of elsewhere) assert.equal(await textOf(file), undefined, `it gives "${file}"`);
  }),
  rule('folder', 'has a folder, if any, that holds its files, none of them a link', async ({ read }) => {
    const { files, folder } = await read();
    if (folder === undefined) return;
    assert.ok(isAbsolute(folder), `"${folder}" is not absolute`);
    const real = await realpath(folder);
    for (const file of ['SKILL.md', ...files]) {
      assert.ok((await lstat(join(folder, file))).isFile(), `"${file}" is no file`);
      assert.ok((await realpath(join(folder, file))).startsWith(`${real}${sep}`), `"${file}" lies elsewhere`);
    }
  }),
  rule('repeat', 'gives the same again, as plain JSON', async ({ read }) => {
    const first = await read();
    assert.deepEqual(JSON.parse(JSON.stringify(first)), first);
    assert.deepEqual(await read(), first);
  }),
];

/** Registers the suite for one skill. */
export const describeSkill = (subject: SkillSubject, runner: Runner): void =>
  describeSuite(`skill ${subject.name}`, skillSuite, subject, runner);
