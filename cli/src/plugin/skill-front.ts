import { isSkillName, type SkillFacts, skillLimits, visibleLine } from '@rustic-ai/kernel/contracts';
import { LineCounter, parseDocument } from 'yaml';
import { cliError } from '../errors.js';

/** A `SKILL.md`, read. */
export interface ReadSkill {
  readonly name: string;
  /** On one line. */
  readonly description: string;
  readonly facts: SkillFacts;
  /** What stands below the front matter. */
  readonly body: string;
}
const fields = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
const example = 'Begin it with three dashes, name: and description:, and three dashes again.';

/**
 * Takes a `SKILL.md` apart and holds it to the standard. `at` is its path, for errors; `folder` the name of its folder.
 *
 * Source: agentskills.io/specification (its repository at 00d5a46).
 * Throws: `RUSTIC_SKILL_INVALID`.
 */
export function parseSkill(text: string, at: string, folder: string): ReadSkill {
  const refuse = (reason: string, fix: string, line?: number) =>
    cliError('RUSTIC_SKILL_INVALID', { file: line === undefined ? at : `${at}:${line}`, reason, fix });
  const [, front, below = ''] = /^---[ \t]*\r?\n((?:[\s\S]*?\n)?)---[ \t]*(?:\r?\n([\s\S]*))?$/.exec(text) ?? [];
  if (front === undefined) throw refuse('it has no front matter', example);
  const lines = new LineCounter();
  const document = parseDocument(front, { stringKeys: true, prettyErrors: false, lineCounter: lines });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem)
    throw refuse(
      `its front matter is not YAML (${problem.message})`,
      'Correct it; a text with ": " in it stands in quotes.',
      lines.linePos(problem.pos[0]).line + 1,
    );
  const said = dataOf(document, refuse);
  const unknown = Object.keys(said).find((key) => !fields.includes(key));
  if (unknown !== undefined)
    throw refuse(`"${visibleLine(unknown)}" is no field of a skill`, 'Put what is your own below metadata:.');

  const textOf = (field: string, most: number): string | undefined => {
    const value = said[field];
    if (value === undefined || value === null) return undefined;
    const rule = `${field} must be text of 1 to ${most} characters, none of them hidden`;
    if (typeof value !== 'string' || value.trim() === '') throw refuse(rule, `Write text after ${field}:, in quotes.`);
    if (value.length > most) throw refuse(`${rule}; it has ${value.length}`, 'Shorten it; details belong in the body.');
    const line = value.trim().replaceAll(/\s+/g, ' ');
    if (visibleLine(line) !== line) throw refuse(`${rule}; it has "${visibleLine(line)}"`, 'Take them out.');
    return line;
  };
  const name = textOf('name', skillLimits.name);
  if (name === undefined) throw refuse('it has no name', `Write in its front matter: name: ${folder}`);
  if (!isSkillName(name))
    throw refuse(
      `"${name}" is no name of a skill`,
      'Use at most 64 lower-case letters, digits and single dashes between them.',
    );
  if (name !== folder)
    throw refuse(`its name is "${name}", and its folder is "${visibleLine(folder)}"`, 'Give both the same name.');
  const description = textOf('description', skillLimits.description);
  if (description === undefined)
    throw refuse('it has no description', 'Say in its front matter what it does and when it is of use: description:');
  const license = textOf('license', skillLimits.description);
  const compatibility = textOf('compatibility', skillLimits.compatibility);
  const metadata = metadataIn(said['metadata'], refuse);
  const allowedTools = toolsIn(said['allowed-tools'], refuse);
  if (below.trim() === '')
    throw refuse('it says nothing below its front matter', 'Write there what the model shall do.');
  return {
    name,
    description,
    facts: {
      ...(license !== undefined && { license }),
      ...(compatibility !== undefined && { compatibility }),
      ...(metadata && { metadata }),
      ...(allowedTools !== undefined && { allowedTools }),
    },
    body: below.trim(),
  };
}
type Refuse = (reason: string, fix: string) => Error;

function dataOf(document: ReturnType<typeof parseDocument>, refuse: Refuse): Readonly<Record<string, unknown>> {
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw refuse('its front matter has an alias', 'Write out what it stands for.');
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  throw refuse('its front matter names no fields', example);
}
function metadataIn(value: unknown, refuse: Refuse): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  const fix = 'Put each value in quotes, as in: version: "1.0"';
  if (typeof value !== 'object' || Array.isArray(value)) throw refuse('metadata must have names and texts', fix);
  const other = Object.entries(value).find(([, one]) => typeof one !== 'string');
  if (other) throw refuse(`metadata.${visibleLine(other[0])} is no text`, fix);
  return value as Record<string, string>;
}
/** A list, or one text with spaces between. */
function toolsIn(value: unknown, refuse: Refuse): string | undefined {
  if (value === undefined || value === null) return undefined;
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (all.every((one) => typeof one === 'string')) return all.join(' ');
  throw refuse('allowed-tools must be text or a list of texts', 'Write: allowed-tools: fs_read shell_run');
}
