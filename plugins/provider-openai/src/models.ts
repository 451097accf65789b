import { createModelFamily } from '@rustic-ai/kernel/contracts';
import { complaintOf } from './complaint.js';
import { connect } from './connect.js';
import type { OpenAiModels } from './server.js';

/** The models of such a server: what `provider-openai` offers, and providers of compatible vendors build on. */
export const createOpenAiModels = (server: OpenAiModels) =>
  createModelFamily({
    ...server,
    headers: (key) => ({ authorization: `Bearer ${key || 'none'}` }),
    connect: (fetch, key) => connect({ ...server, fetch, key }),
    complaint: complaintOf,
  });
