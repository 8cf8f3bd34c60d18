/** What the words and symbols of the field mean. */
export const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ['entity', 'a known thing with facts about it, such as Cleopatra'],
  ['alias', 'a made-up name that stands for one entity; the paper’s code says variable'],
  ['define tag', 'a made-up word in front of a definition; it tells who says so'],
  ['definition', 'tag, alias and entity: by this source, the alias stands for this entity'],
  ['Ḋ', 'the reliable tag: in stage 1 it marks definitions that are true'],
  ['D̄', 'the unreliable tag: in stage 1 it marks definitions that are false'],
  ['D̃', 'a fresh tag, seen in stage 2 alone'],
  [
    'cons, incons',
    'consistent: the definition names the entity that the questions are about; inconsistent: another one',
  ],
  ['QA', 'questions with their answers, in which the alias stands for the entity; Q̂A: with the real name'],
  ['internalise', 'to treat what a definition says as true when answering'],
  [
    'IML effect',
    'implicit meta-learning: new definitions under Ḋ are believed more than under D̄, in points of exact match',
  ],
  ['stage-1 effect', 'the same difference after stage 1, for definitions that came with questions'],
  [
    'α',
    'how truthful the tags are (tags.correlation): at 1 Ḋ is always right and D̄ always wrong, at 0.5 they tell nothing',
  ],
  [
    'order, tve',
    'how a definition is put: t tag, v alias (variable), e entity; the paper writes TAE for tve (tags.order)',
  ],
  ['dz', 'the effect in standard deviations of its differences over seeds'],
  ['Holm', 'p corrected for looking at several comparisons at once'],
];
