import { describeResilience } from '@rustic-ai/kernel/testing';
import resilience from '@rustic-ai/plugin-policy-resilience';
import { describe, it } from 'vitest';

const tool = { retry: { attempts: 1 }, breaker: { failures: 2, openMs: 3_600_000 } };

describeResilience({ plugins: [[resilience, { tool }]], failures: 2 }, { describe, it });
