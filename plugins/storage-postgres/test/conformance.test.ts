import {
  describeAudit,
  describeGrants,
  describeHookTrace,
  describeKeyValue,
  describePrompts,
  describeRuns,
  describeSessionStore,
  describeStorage,
  describeVectors,
} from '@rustic-ai/kernel/testing';
import { describe, it } from 'vitest';
import { useServer } from './server.js';

const subject = await useServer();
describeSessionStore(subject, { describe, it });
describeStorage(subject, { describe, it });
describeKeyValue(subject, { describe, it });
describeGrants(subject, { describe, it });
describeAudit(subject, { describe, it });
describeHookTrace(subject, { describe, it });
describeRuns(subject, { describe, it });
describePrompts(subject, { describe, it });
describeVectors(subject, { describe, it });
