import type { OfferedTemplate } from '../../ports/index.js';
import { fillSlots, readSentence, type Filling, type Sentence } from '../slot/index.js';
import type { Near, TemplateIndex } from './template-index.js';

/** A template that is near enough, with its slots filled as far as the words go. */
export interface NearTemplate {
  readonly template: OfferedTemplate;
  /** 0 to 1. */
  readonly nearness: number;
  readonly filling: Filling;
}

/** Templates whose slots are looked at; the others are too far away to be lifted by them. */
const LOOKED_AT = 8;
/** Nearness from which a template is offered, and its share of the nearest one's score. */
const ENOUGH = 0.34;
const BESIDE = 0.6;

/** What the words say beside what they name: an address says nothing of what is wanted. */
const withoutNames = ({ text, mentions }: Sentence): string => {
  let rest = text;
  for (const { is, at, end } of mentions)
    if (is !== 'word' && is !== 'list') rest = rest.slice(0, at) + ' '.repeat(end - at) + rest.slice(end);
  return rest;
};

const nearnessOf = ({ covered, named }: Near, { share }: Filling): number =>
  Math.min(1, 0.6 * covered + 0.25 * named + 0.15 * share);

/** The templates that are near to words, the nearest first; none when none is near enough. Deterministic. */
export const nearestTemplates = (goal: string, index: TemplateIndex): readonly NearTemplate[] => {
  const sentence = readSentence(goal);
  const found = index.near(withoutNames(sentence)).slice(0, LOOKED_AT);
  const best = found[0]?.score ?? 0;
  const ranked = found
    .map((near) => {
      const filling = fillSlots(sentence, index.slotsOf(near.item));
      const nearness = nearnessOf(near, filling);
      return { template: near.item, filling, nearness, score: near.score, rank: near.score * (0.3 + nearness) };
    })
    .sort((a, b) => b.rank - a.rank || (a.template.name < b.template.name ? -1 : 1));
  if ((ranked[0]?.nearness ?? 0) < ENOUGH) return [];
  return ranked
    .filter(({ nearness, score }) => nearness >= ENOUGH && score >= BESIDE * best)
    .map(({ template, nearness, filling }) => ({ template, nearness: Number(nearness.toFixed(3)), filling }));
};
