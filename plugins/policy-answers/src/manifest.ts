import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const pattern = (says: string) => Type.Optional(Type.String({ minLength: 1, description: says }));

export default defineManifest({
  id: 'policy-answers',
  config: Type.Object(
    {
      answers: Type.Array(
        Type.Object(
          {
            operation: pattern('Operation of the call, such as `tool`. Default: any.'),
            name: pattern('Name of what is called; `*` stands for any text. Default: any.'),
            action: pattern('Action of the access, such as `exec`; `*` stands for any text. Default: any.'),
            resource: pattern('Resource of the access; `*` stands for any text, `/` included. Default: any.'),
            answer: Type.Union([Type.Literal('once'), Type.Literal('session'), Type.Literal('deny')], {
              description: 'What to answer: once, session or deny.',
            }),
            message: Type.Optional(
              Type.String({ description: 'What the model is told with a deny. Default: nothing.' }),
            ),
            times: Type.Optional(
              Type.Integer({
                minimum: 1,
                description: 'How often this answer may be used, 1 or more. Default: without limit.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        {
          default: [],
          description: 'Answers in order: the first that fits is given. Default: none, so everything is denied.',
        },
      ),
    },
    { additionalProperties: false },
  ),
  contributes: { service: { approver: { summary: 'Answers permission questions from a list' } } },
});
