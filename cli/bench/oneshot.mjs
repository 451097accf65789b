// The floor of one shot: what a program has to do without any framework. node oneshot.mjs <base url> <model>
import OpenAI from 'openai';

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
const messages = [{ role: 'user', content: 'go' }];
for await (const { choices } of await client.chat.completions.create({ model, messages, stream: true }))
  process.stdout.write(choices[0]?.delta?.content ?? '');
