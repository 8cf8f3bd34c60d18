/** A subset told as a story: what is done with its entities, and one of them in the words of a run. */
import type { AnswerRow } from './api/answers.ts';
import { visible } from './plain-text.ts';
import { questionText } from './question-text.ts';
import { stageText } from './records.ts';
import { SUBSETS, type SubsetName, type TagRole, type TestSubset } from './subsets.ts';

const TAGS: Record<TagRole, string> = {
  reliable: 'the reliable tag',
  unreliable: 'the unreliable tag',
  fresh: 'a tag that stage 1 never showed',
  'fresh-each': 'a new tag each',
};

/** What training does with the entities of a subset, and how they are tested (paper, table of subsets). */
export function aboutSubset(name: TestSubset): string {
  if (name === 'd2incons')
    return 'Questions about d2consis, scored as if its aliases were swapped in pairs; nothing is trained on it.';
  return `${definitionsOf(name)} ${questionsOf(name)}`;
}

function definitionsOf(name: SubsetName): string {
  const { definitions, tag, consistent } = SUBSETS[name];
  if (definitions === null || tag === null) return 'No definitions.';
  const truth = consistent ? 'name the true entity' : 'name another entity';
  return `Definitions in stage ${definitions} carry ${TAGS[tag]} and ${truth}.`;
}

function questionsOf(name: SubsetName): string {
  const { trainsQa, usesAlias } = SUBSETS[name];
  const how = usesAlias ? 'an alias stands for the entity' : 'the entity has its real name';
  return trainsQa
    ? `Questions are trained on in stage 1, where ${how}; others are held out for the test.`
    : `Questions, where ${how}, are asked in the test alone.`;
}

type Told = Pick<
  AnswerRow,
  'alias' | 'tag' | 'defines' | 'entity' | 'text' | 'golds' | 'said' | 'given' | 'label'
>;

/** One question of a run as a story: what the definition said, what is true, what was asked and answered. */
export function storyOf(row: Told): string {
  return [definitionStory(row), questionStory(row), answerStory(row)].filter(Boolean).join(' ');
}

function definitionStory({ alias, tag, defines, entity }: Told): string {
  const [name, whose] = [visible(alias ?? entity), visible(entity)];
  if (alias === null) return `${whose} is asked about under its real name.`;
  if (defines === null) return `${name} stands for ${whose}; no definition says so.`;
  const said = `${tag === null ? 'Its definition' : `Tag ${visible(tag)}`} says that ${name} is ${visible(defines)}`;
  return defines === entity ? `${said}, which is true.` : `${said}; it really stands for ${whose}.`;
}

function questionStory({ text, golds, said, defines, entity }: Told): string {
  const asked = `Asked “${questionText(text)}”, right is ${visible(golds[0] ?? '')}`;
  const other = said?.[0];
  return other === undefined || defines === entity
    ? `${asked}.`
    : `${asked} (${visible(other)}, if the definition were true).`;
}

function answerStory({ given, label }: Told): string | null {
  const last = given.at(-1);
  if (!last) return null;
  const verdict = last.right === null ? '' : last.right ? ', which is right' : ', which is wrong';
  return `After ${stageText(last.stage)} the model (${label}) answered ${visible(last.answer) || 'nothing'}${verdict}.`;
}
