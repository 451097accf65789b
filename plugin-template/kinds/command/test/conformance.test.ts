import { describeCommand } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-command-template';
import { describe, it } from 'vitest';

describeCommand({ plugins: [plugin], name: 'template-greet', text: 'Ada' }, { describe, it });
