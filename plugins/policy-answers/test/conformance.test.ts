import { createTestKernel, describeApprover } from '@rustic-ai/kernel/testing';
import answers from '@rustic-ai/plugin-policy-answers';
import { describe, it } from 'vitest';

async function open(listed: readonly { readonly answer: string }[]) {
  const kernel = await createTestKernel({ plugins: [[answers, { answers: listed }]], ownApprover: true });
  return { approver: await kernel.service('approver'), close: () => kernel.dispose() };
}

describeApprover({ answering: (answer) => open([{ answer }]), nobody: () => open([]) }, { describe, it });
