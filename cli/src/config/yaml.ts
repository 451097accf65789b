import type { Node } from 'jsonc-parser';
import { isMap, isScalar, isSeq, type Pair, type ParsedNode, parseDocument } from 'yaml';
import { correct, type Grammar, type Refuse } from './tree.js';
import { scalar } from './scalar.js';

/** YAML 1.2 as far as JSON goes: one document, keys that are text, no aliases and no tags of its own. */
export const yaml: Grammar = (text, refuse) => {
  const document = parseDocument(text, { stringKeys: true, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw refuse(problem.pos[0], `it is not YAML (${problem.message})`, correct);
  return document.contents ? nodeOf(document.contents, refuse) : undefined;
};

function nodeOf(node: ParsedNode, refuse: Refuse): Node {
  const [offset] = node.range;
  if (isMap(node)) {
    const children = node.items.map((pair) => propertyOf(pair, refuse));
    return { type: 'object', offset, length: 0, children };
  }
  if (isSeq(node)) return { type: 'array', offset, length: 0, children: node.items.map((one) => nodeOf(one, refuse)) };
  if (isScalar(node)) return scalar(node.value, offset, refuse);
  throw refuse(offset, 'an alias is not read here', 'Write out what it stands for.');
}

function propertyOf({ key, value }: Pair<ParsedNode, ParsedNode | null>, refuse: Refuse): Node {
  const name = nodeOf(key, refuse);
  const [, end] = key.range;
  const children = [name, value ? nodeOf(value, refuse) : scalar(null, end, refuse)];
  return { type: 'property', offset: name.offset, length: 0, children };
}
