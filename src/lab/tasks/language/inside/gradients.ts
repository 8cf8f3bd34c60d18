/** Definitions and questions one by one, as training reads them. */
import { batchShape, encodeDocuments, trainingBatch } from '../../../corpus/batches.ts';
import type { Document } from '../../../corpus/document.ts';
import { answered } from '../../../corpus/texts.ts';
import { writingOf } from '../../../datasets/knowledge-base.ts';
import type { GradientSource } from '../../inside.ts';
import { languageObjective } from '../programs.ts';
import { plainArrays } from '../step.ts';
import { allQuestions, type Subject } from './subject.ts';

/** Held-out questions of subsets that are trained on others of theirs are left out. */
export function gradientSource(subject: Subject): GradientSource {
  const { config, corpus, model, reading } = subject;
  const documents = [...definitions(subject), ...questions(subject)];
  const encoded = encodeDocuments(documents, reading);
  const { loss, optimizer } = config.training;
  const shape = batchShape(encoded, { batch_size: 1, definition_repeats: 1, loss });
  const { rows: batch, length, positions: targets, input } = shape;
  return {
    objective: languageObjective(model, optimizer, { batch, length, targets, input }),
    examples: documents.map(({ kind, subset, entity }) => ({
      kind: kind === 'definition' ? 'definition' : 'question',
      // Facts, which have none, are no part of it.
      subset: subset ?? corpus.assignment.entities[entity].subset,
      entity,
    })),
    inputs: (example) => plainArrays(trainingBatch(encoded, [example], shape, loss)),
  };
}

function definitions({ corpus }: Subject): Document[] {
  return corpus.stages.flatMap(({ documents }) => documents.filter(({ kind }) => kind === 'definition'));
}

/** Those that are trained on; of subsets without such, those that are asked in the test. */
function questions(subject: Subject): Document[] {
  const { end } = writingOf(subject.corpus.knowledge);
  const trained = subject.corpus.stages.flatMap(({ documents }) =>
    documents.filter(({ kind }) => kind === 'qa'),
  );
  const known = new Set(trained.map(({ subset }) => subset));
  const asked = allQuestions(subject).filter(({ subset }) => !known.has(subset));
  return [
    ...trained,
    ...asked.map(({ subset, entity, prompt, golds }): Document => {
      return { kind: 'qa', subset, entity, parts: answered(prompt, golds[0], end) };
    }),
  ];
}
