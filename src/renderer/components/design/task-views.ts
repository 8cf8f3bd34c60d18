/** What the design view shows of each kind of task. Nothing else in the window asks of what kind a design is. */
import type { Component } from 'svelte';
import type { Preview } from '#shared/api/design.ts';
import { DATASET_KINDS } from '#shared/config/dataset.ts';
import { IMAGE_SUBSETS } from '#shared/config/images.ts';
import type { TaskId } from '#shared/config.ts';
import type { DocumentKind, Sample, TestSample } from '#shared/corpus.ts';
import type { MetricTest } from '#shared/records.ts';
import { SUBSET_NAMES, type SubsetName } from '#shared/subsets.ts';
import type { Noun } from '../../lib/format.ts';
import DefinitionsPanel from './DefinitionsPanel.svelte';
import ImageTagsPanel from './ImageTagsPanel.svelte';
import Pictures from './Pictures.svelte';
import Points from './Points.svelte';
import QuestionsPanel from './QuestionsPanel.svelte';
import Texts from './Texts.svelte';
import ToyChart from '../shared/ToyChart.svelte';
import type { DatasetKind } from './field-groups.ts';

type NoProps = Record<string, never>;

interface TaskView {
  /** The preset that a design of this kind begins with: it trains in minutes. */
  preset: string;
  /** Stands before the shares; null where definitions have nothing of their own to set. */
  definitions: Component<NoProps> | null;
  /** Stands after the data. */
  questions: Component<NoProps> | null;
  /** Subsets whose shares can be set; where there are none, the preview shows all of them. */
  subsets: readonly SubsetName[];
  /** Kinds of datasets to choose from. */
  datasets: readonly DatasetKind[];
  samples: Component<{ samples: readonly (Sample | TestSample)[]; tokens: boolean }>;
  /** Samples can be shown token by token. */
  tokens: boolean;
  /** Shows the data as a whole, above their fields. */
  picture: Component<{ picture: NonNullable<Preview['picture']> }> | null;
  words: TaskViewWords;
}

const nouns = (one: string, many = `${one}s`): Noun => ({ one, many });

interface TaskViewWords {
  /** What the samples are called together. */
  samples: string;
  /** What has a place in a subset. */
  entity: Noun;
  /** What is trained on. */
  example: Noun;
  /** What a model knows, or answers with. */
  token: Noun;
  kinds: Record<DocumentKind, string>;
  /** What a test asks. */
  asked: (test: MetricTest) => Noun;
}

export const TASK_VIEWS: Record<TaskId, TaskView> = {
  language: {
    preset: 'pocket',
    definitions: DefinitionsPanel,
    questions: QuestionsPanel,
    subsets: SUBSET_NAMES,
    datasets: DATASET_KINDS,
    samples: Texts,
    tokens: true,
    picture: null,
    words: {
      samples: 'What the model reads',
      entity: nouns('entity', 'entities'),
      example: nouns('text'),
      token: nouns('token'),
      kinds: { definition: 'definitions', qa: 'questions with answers', fact: 'facts' },
      asked: () => nouns('question'),
    },
  },
  images: {
    preset: 'mnist-small',
    definitions: ImageTagsPanel,
    questions: null,
    subsets: IMAGE_SUBSETS,
    datasets: ['mnist'],
    samples: Pictures,
    tokens: false,
    picture: null,
    words: {
      samples: 'What the model sees',
      entity: nouns('alias', 'aliases'),
      example: nouns('picture'),
      token: nouns('letter'),
      kinds: { definition: 'definitions', qa: 'marked cells with their letter', fact: 'facts' },
      asked: (test) => nouns(test === 'questions' ? 'cell' : 'grid'),
    },
  },
  regression: {
    preset: 'toy',
    definitions: null,
    questions: null,
    subsets: [],
    datasets: ['toy'],
    samples: Points,
    tokens: false,
    picture: ToyChart,
    words: {
      samples: 'What the model reads',
      entity: nouns('cluster'),
      example: nouns('point'),
      token: nouns('value'),
      kinds: { definition: 'definitions', qa: 'circles', fact: 'facts' },
      asked: () => nouns('point'),
    },
  },
};
