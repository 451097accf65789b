import { expect } from 'vitest';
import type { Authored } from '../../cli/test/compose.js';
import type { Project } from '../../cli/test/project.js';

/** How a plugin named `sea-weather` is used by somebody who installed it. */
export interface Use {
  /** What `rustic add` is told beside its name. */
  readonly options?: (id: string) => readonly string[];
  /** Official plugins that are in the composition already. */
  readonly official?: readonly string[];
  /** A plugin without which nothing would be seen of it. */
  readonly beside?: Authored;
  /** The tools the scripted model calls, in this order, before it says that it is done. */
  readonly calls?: readonly { readonly tool: string; readonly input: object }[];
  /** Demands that a run shows its work. */
  readonly shows: (project: Project) => Promise<void>;
}
const effects = { kind: 'none', idempotent: true, openWorld: false };
const shout: Authored = {
  name: 'rustic-plugin-tool-shout',
  manifest: { id: 'tool-shout', contributes: { tool: { shout: { summary: 'Shouts', effects } } } },
  code: `export default { setup: () => ({ tool: { shout: { run: () => ({ parts: [{ type: 'text', text: 'HEY' }] }) } } }) };`,
};
const keep: Authored = {
  name: 'rustic-plugin-tool-keep',
  manifest: {
    id: 'tool-keep',
    requires: { values: { one: 'key-value' } },
    contributes: { tool: { keep: { summary: 'Keeps', effects: { ...effects, idempotent: false } } } },
  },
  code: `export default { setup: ({ deps }) => ({ tool: { keep: { run: async ({ key }) =>
    ({ parts: [{ type: 'text', text: 'version ' + (await deps.values.set(key, 1)) }] }) } } }) };`,
};
const look: Authored = {
  name: 'rustic-plugin-tool-look',
  manifest: {
    id: 'tool-look',
    requires: { workspace: { one: 'workspace' } },
    contributes: { tool: { look: { summary: 'Looks around', effects } } },
  },
  code: `export default { setup: ({ deps: { workspace } }) => ({ tool: { look: { run: async (_, { signal }) => {
    await workspace.files.write('note', new TextEncoder().encode('hi'), { overwrite: false, atomic: true });
    const { stdout } = await workspace.exec({ line: 'pwd; ls' }, { timeLimitMs: 10000, maxBytes: 1000, signal });
    return { parts: [{ type: 'text', text: stdout }] };
  } } } }) };`,
};
const flow: Authored = {
  name: 'rustic-plugin-tool-flow',
  manifest: {
    id: 'tool-flow',
    requires: { steps: { all: 'workflow.step' } },
    contributes: { tool: { flow: { summary: 'Does its one step', effects } } },
  },
  code: `export default { setup: ({ deps: { steps } }) => ({ tool: { flow: { run: async (inputs, call) => {
    const { outputs } = await steps.default.invoke({ step: 'one', run: 'r', inputs }, call);
    return { parts: [{ type: 'text', text: outputs.text }] };
  } } } }) };`,
};
/** The events of a run, as text; the run has to end well. */
async function events(project: Project, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.rustic('run', '--output-format', 'stream-json', ...args, 'go on');
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

export const uses: Readonly<Record<string, Use>> = {
  tool: {
    calls: [{ tool: 'sea_weather_greet', input: { name: 'Ada' } }],
    shows: async (project) => expect(await events(project)).toContain('Hello, Ada!'),
  },
  provider: {
    shows: async (project) => expect(await events(project, '--model', 'sea-weather/echo')).toContain('You said: go on'),
  },
  storage: {
    options: (id) => ['--bind', `key-value=${id}`, '--option', 'most=1'],
    beside: keep,
    calls: ['a', 'a', 'b'].map((key) => ({ tool: 'keep', input: { key } })),
    async shows(project) {
      const said = await events(project);
      for (const text of ['version 1', 'version 2', 'there are 1 values already']) expect(said).toContain(text);
    },
  },
  policy: {
    options: () => ['--option', 'refused=["shout"]'],
    beside: shout,
    calls: [{ tool: 'shout', input: {} }],
    async shows(project) {
      const said = await events(project);
      expect(said).toContain('This tool is switched off here.');
      expect(said).not.toContain('HEY');
    },
  },
  agent: {
    options: () => ['--bind', 'agent=sea-weather-agent'],
    async shows(project) {
      const said = await events(project);
      expect(said).toContain('"agent":"sea-weather-agent"');
      expect(said).toContain('Done.');
    },
  },
  frontend: {
    options: (id) => ['--bind', `frontend=${id}`],
    async shows(project) {
      const { code, stdout, stderr } = await project.rustic('run', '--print', 'go on');
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
      // The official one names the session.
      expect(stderr).not.toContain('session ');
    },
  },
  command: {
    async shows(project) {
      const talk = project.terminal('run', '--plain');
      await talk.seen('> ');
      talk.type('/sea-weather-greet Ada\r');
      await talk.seen('Hello, Ada!');
      talk.type('/quit\r');
      expect(await talk.ended).toMatchObject({ code: 0 });
    },
  },
  skills: {
    official: ['context-skills'],
    calls: ['', 'references/languages.md'].map((file) => ({
      tool: 'skill_read',
      input: { name: 'sea-weather-greeting', ...(file && { file }) },
    })),
    async shows(project) {
      const said = await events(project);
      for (const text of ['Greeting guests', 'Its other files: references/languages.md', 'Aloha'])
        expect(said).toContain(text);
      const { stdout } = await project.rustic('list');
      expect(stdout).toContain('provides: skill sea-weather-greeting');
    },
  },
  telemetry: {
    options: () => ['--option', 'every=1'],
    beside: shout,
    calls: [{ tool: 'shout', input: {} }],
    async shows(project) {
      const { stderr } = await project.rustic('run', '--debug', '--print', 'go on');
      expect(stderr).toContain('calls of shout');
    },
  },
  session: {
    options: (id) => ['--bind', `session=${id}`],
    // The official one names sessions after the day.
    shows: async (project) => expect(await events(project)).toMatch(/"sessionId":"[\da-f]{8}-[\da-f]{4}-/),
  },
  workspace: {
    beside: look,
    calls: [{ tool: 'look', input: {} }],
    shows: async (project) => expect(await events(project)).toMatch(/\/sea-weather-\w+\\nnote\\n/),
  },
  workflow: {
    options: () => ['--option', 'separator=+'],
    beside: flow,
    calls: [{ tool: 'flow', input: { texts: ['a', 'b'] } }],
    shows: async (project) => expect(await events(project)).toContain('"text":"a+b"'),
  },
};
