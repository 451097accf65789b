import {
  activeLabel,
  areNames,
  demandText,
  jsonOfPrompt,
  promptOfRow,
  type PromptRow,
  type Prompts,
  type PromptVersion,
  storageError,
} from '@rustic-ai/kernel/contracts';
import type { Prepare, Work } from './connection.js';

/** Versions with their labels. */
export const promptColumns = `name, version, json, (select coalesce(json_group_array(label), '[]') from prompt_label
  where prompt_label.name = prompt.name and prompt_label.version = prompt.version) as labels`;
const labelled = '(select version from prompt_label where prompt_label.name = prompt.name and label = @label)';
/** The version that counts where none is named. */
const current = `coalesce(${labelled}, (select max(version) from prompt as newest where newest.name = prompt.name))`;

/** Adds a version and its labels. */
export function putPrompt(prepare: Prepare, { name, version, labels, ...kept }: PromptVersion): void {
  prepare('insert into prompt (name, version, json) values (?, ?, ?)').run(name, version, jsonOfPrompt(kept));
  for (const label of labels)
    prepare('insert into prompt_label (name, label, version) values (?, ?, ?)').run(name, label, version);
}

/** Saved prompts in the database of the connection. Unit: `now` in ms since 1970. */
export const createPrompts = (connection: Work, now: () => number): Prompts => ({
  async put({ name, ...given }) {
    demandText({ name });
    const json = jsonOfPrompt({ ...given, createdAt: new Date(now()).toISOString() });
    return connection.write((prepare) => {
      const last = prepare<{ version: number }>(
        'select version from prompt where name = ? order by version desc limit 1',
      );
      const version = (last.get(name)?.version ?? 0) + 1;
      prepare('insert into prompt (name, version, json) values (?, ?, ?)').run(name, version, json);
      return version;
    });
  },
  async get(name, at) {
    if (!areNames(name) || (typeof at === 'string' && !areNames(at))) return undefined;
    const wanted = at === undefined ? current : typeof at === 'number' ? '@at' : labelled;
    const row = await connection.read((prepare) =>
      prepare<PromptRow>(`select ${promptColumns} from prompt where name = @name and version = ${wanted}`).get(
        typeof at === 'number' ? { name, at } : { name, label: at ?? activeLabel },
      ),
    );
    return row && promptOfRow(row);
  },
  async list({ tag }) {
    const rows = await connection.read((prepare) =>
      prepare<PromptRow>(`select ${promptColumns} from prompt where version = ${current} order by name`).all({
        label: activeLabel,
      }),
    );
    return rows.map(promptOfRow).filter(({ tags }) => tag === undefined || tags.includes(tag));
  },
  async versions(name) {
    if (!areNames(name)) return [];
    const rows = await connection.read((prepare) =>
      prepare<PromptRow>(`select ${promptColumns} from prompt where name = ? order by version`).all(name),
    );
    return rows.map(promptOfRow);
  },
  async label(name, label, version) {
    demandText({ name, label });
    await connection.write((prepare) => {
      if (version === undefined) {
        prepare('delete from prompt_label where name = ? and label = ?').run(name, label);
        return;
      }
      if (!prepare('select 1 from prompt where name = ? and version = ?').get(name, version))
        throw storageError('RUSTIC_PROMPT_UNKNOWN', { prompt: name, version });
      prepare('insert or replace into prompt_label (name, label, version) values (?, ?, ?)').run(name, label, version);
    });
  },
  async remove(name) {
    if (!areNames(name)) return;
    await connection.write((prepare) => {
      prepare('delete from prompt_label where name = ?').run(name);
      prepare('delete from prompt where name = ?').run(name);
    });
  },
});
