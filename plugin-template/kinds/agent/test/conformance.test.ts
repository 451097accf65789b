import { describeAgent } from '@rustic-ai/kernel/testing';
import sessions from '@rustic-ai/plugin-session-log';
import store from '@rustic-ai/plugin-storage-memory';
import plugin from 'rustic-plugin-agent-template';
import { describe, it } from 'vitest';

describeAgent({ plugins: [plugin, sessions, store] }, { describe, it });
