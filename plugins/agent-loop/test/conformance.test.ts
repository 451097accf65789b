import { describeAgent, describeSteering } from '@rustic-ai/kernel/testing';
import agentLoop from '@rustic-ai/plugin-agent-loop';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, it } from 'vitest';

const subject = { plugins: [agentLoop, sessionLog, memory] };

describeAgent(subject, { describe, it });
describeSteering(subject, { describe, it });
