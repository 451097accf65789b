import { definePlugin } from '@rustic-ai/kernel';
import { catalogueText } from './catalogue.js';
import type manifest from './manifest.js';
import { told } from './reading.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { skills }, config }) {
    return {
      tool: {
        skill_read: {
          async run({ name, file, from = 0 }, call) {
            // Skills that are only known at run time have their names from now on.
            await skills.list();
            const text = await skills.get(name).invoke(file === undefined ? {} : { file }, call);
            return told(text, { ...(file !== undefined && { file }), from, limit: config.textCharacters });
          },
        },
      },
      hook: {
        async 'prompt.parts'() {
          const all = await skills.list();
          if (all.length === 0) return undefined;
          return { id: 'skills', stability: 'stable', text: catalogueText(all, config.catalogueCharacters) };
        },
        // Where there is nothing to read, the tool would only cost.
        async 'tools.select'(choice) {
          if ((await skills.list()).length > 0) return undefined;
          return { ...choice, tools: choice.tools.filter(({ name }) => name !== 'skill_read') };
        },
      },
    };
  },
});
