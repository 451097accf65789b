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
import { sql } from 'kysely';
import type { Run, Work } from './work.js';

/** Versions with their labels. */
export const promptColumns = sql.raw(
  `name, version, json, (select coalesce(json_agg(label), '[]')::text from prompt_label
    where prompt_label.name = prompt.name and prompt_label.version = prompt.version) as labels`,
);
const labelled = (label: string) =>
  sql`(select version from prompt_label where prompt_label.name = prompt.name and label = ${label})`;
/** The version that counts where none is named. */
const current = sql`coalesce(${labelled(activeLabel)},
  (select max(version) from prompt as newest where newest.name = prompt.name))`;

/** Adds a version and its labels. */
export async function putPrompt(run: Run, { name, version, labels, ...kept }: PromptVersion): Promise<void> {
  await run(sql`insert into prompt (name, version, json) values (${name}, ${version}, ${jsonOfPrompt(kept)})`);
  for (const label of labels)
    await run(sql`insert into prompt_label (name, label, version) values (${name}, ${label}, ${version})`);
}

/** Saved prompts in the schema. Unit: `now` in ms since 1970. */
export const createPrompts = (database: Work, now: () => number): Prompts => {
  const select = (where: ReturnType<typeof sql>) =>
    database.read(async (run) => {
      const rows = await run(sql<PromptRow>`select ${promptColumns} from prompt where ${where} order by name, version`);
      return rows.map(promptOfRow);
    });
  return {
    async put({ name, ...given }) {
      demandText({ name });
      const json = jsonOfPrompt({ ...given, createdAt: new Date(now()).toISOString() });
      return database.write('prompts', async (run) => {
        await run(sql`lock table prompt in exclusive mode`);
        const [row] = await run(
          sql<{ version: number }>`insert into prompt (name, version, json)
            select ${name}, coalesce(max(version), 0) + 1, ${json} from prompt where name = ${name} returning version`,
        );
        return row?.version ?? 0;
      });
    },
    async get(name, at) {
      if (!areNames(name) || (typeof at === 'string' && !areNames(at))) return undefined;
      if (typeof at === 'number' && !Number.isSafeInteger(at)) return undefined;
      const version = at === undefined ? current : typeof at === 'number' ? sql`${at}::bigint` : labelled(at);
      return (await select(sql`name = ${name} and version = ${version}`))[0];
    },
    async list({ tag }) {
      const all = await select(sql`version = ${current}`);
      return all.filter(({ tags }) => tag === undefined || tags.includes(tag));
    },
    versions: async (name) => (areNames(name) ? select(sql`name = ${name}`) : []),
    async label(name, label, version) {
      demandText({ name, label });
      await database.write('prompts', async (run) => {
        if (version === undefined) {
          await run(sql`delete from prompt_label where name = ${name} and label = ${label}`);
          return;
        }
        const found = Number.isSafeInteger(version)
          ? await run(sql`select 1 from prompt where name = ${name} and version = ${version} for update`)
          : [];
        if (found.length === 0) throw storageError('RUSTIC_PROMPT_UNKNOWN', { prompt: name, version });
        await run(sql`insert into prompt_label (name, label, version) values (${name}, ${label}, ${version})
          on conflict (name, label) do update set version = excluded.version`);
      });
    },
    async remove(name) {
      if (!areNames(name)) return;
      await database.write('prompts', async (run) => {
        await run(sql`delete from prompt where name = ${name}`);
        await run(sql`delete from prompt_label where name = ${name}`);
      });
    },
  };
};
