import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-tool-template';
import { describe, expect, it, onTestFinished } from 'vitest';

async function open(options: { greeting?: string } = {}) {
  const kernel = await createTestKernel({
    plugins: [[plugin, options]],
    answers: [{ outcome: 'once' }],
  });
  onTestFinished(() => kernel.dispose());
  const greet = (name: string) => kernel.use('tool').get('template_greet').invoke({ name }, kernel.call());
  return { kernel, greet };
}

describe('template_greet', () => {
  it('greets by name', async () => {
    const { greet } = await open();
    expect(await greet(' Ada ')).toEqual({ parts: [{ type: 'text', text: 'Hello, Ada!' }] });
  });

  it('says the greeting of its option', async () => {
    const { greet } = await open({ greeting: 'Welcome' });
    expect(await greet('Ada')).toEqual({ parts: [{ type: 'text', text: 'Welcome, Ada!' }] });
  });

  it('refuses an option that does not fit', async () => {
    await expect(open({ greeting: '' })).rejects.toMatchObject({
      code: 'RUSTIC_PLUGIN_OPTIONS',
      details: { plugin: 'tool-template', path: '/greeting' },
    });
  });

  it('is gone once its kernel is disposed', async () => {
    const { kernel, greet } = await open();
    await kernel.dispose();
    await expect(greet('Ada')).rejects.toMatchObject({ code: 'RUSTIC_KERNEL_DISPOSED' });
  });
});
