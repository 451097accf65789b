import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'policy-careful',
  config: Type.Object({
    attended: Type.Array(Type.String({ minLength: 1, description: 'Name of a tool.' }), {
      default: [],
      description: 'Tools a person is asked about each time, and that nobody calls where there is none. Default: none.',
    }),
    hidden: Type.String({
      minLength: 1,
      default: 'sk-[A-Za-z0-9]{8,}',
      description: 'What is hidden in the results of tools, as a regular expression. Default: keys such as `sk-…`.',
    }),
  }),
  contributes: {
    hook: {
      'tool.call': {},
      // What others make of a result comes before it is looked through.
      'tool.result': { stage: 'last' },
      'tool.called': {},
    },
  },
});
