import type { RunEventBody } from '@rustic-ai/kernel/contracts';
import { type AgentSubject, describeSteering, scoreOf, steeringSuite } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { type AgentParts, goodAgent, referenceAgent } from './reference-agent.js';

const subject = (twin: Partial<AgentParts> = {}): AgentSubject => ({
  plugins: [referenceAgent({ ...goodAgent, ...twin })],
});
const isSaid = (body: RunEventBody) => 'item' in body && body.item.type === 'user_message';

/** One agent or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Partial<AgentParts>[]> = {
  heard: [{ heard: (said) => said.slice(0, 1) }, { heard: (said) => said.toReversed() }],
  item: [{ body: (body) => (isSaid(body) ? [] : [body]) }],
  turn: [{ countsSaid: true }],
  nobody: [{ isHeard: (known, session) => known || session === 'nope' }],
  late: [{ forgets: false }],
};

describeSteering(subject(), { describe, it });

describe('the steering suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(steeringSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on an agent that breaks it (%i), and nothing else', async (id, _, twin) => {
    const { rules } = await scoreOf('steering', steeringSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
