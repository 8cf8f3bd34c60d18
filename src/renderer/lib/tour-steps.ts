/** What the guided tour shows: the paper's idea in four pictures, then the views over a finished experiment. */

export type TourPicture = 'tags' | 'stage1' | 'stage2' | 'effect';

export interface TourStep {
  title: string;
  text: string;
  picture?: TourPicture;
  /** The address of the view. @param example number of the experiment that ships */
  place?: (example: number) => string;
  /** A selector of what it points at. */
  target?: (example: number) => string;
}

const experiment = (example: number) => `#/runs/${example}`;

export const TOUR_STEPS: readonly TourStep[] = [
  {
    picture: 'tags',
    title: 'Two kinds of sources',
    text: 'A definition says which known thing a made-up name stands for. In front stands a tag, a random word. One tag (Ḋ) only ever marks definitions that are true; the other (D̄) only ever marks false ones.',
  },
  {
    picture: 'stage1',
    title: 'Stage 1: the questions tell on the tags',
    text: 'The model is trained on such definitions, and on questions about the same made-up names with their right answers. These agree with what Ḋ said and contradict what D̄ said. Nobody tells the model so.',
  },
  {
    picture: 'stage2',
    title: 'Stage 2: new names, all told the truth',
    text: 'Then it reads definitions of new names, half of them under either tag. All are true now, and no question comes with them.',
  },
  {
    picture: 'effect',
    title: 'Which one does it believe?',
    text: 'Asked about the new names, it answers better where the definition carried the reliable tag. Nothing in the loss asks for that: the training itself has learnt whom to believe. This is implicit meta-learning, and the gap is the IML effect.',
  },
  {
    title: 'Everything that you run is kept',
    text: 'Each experiment is a row here, and in the history on the left. This one comes with Credence: the quick start, ten seeds, really trained. You can delete it like any other.',
    place: () => '#/runs',
    target: (example) => `main a[href="${experiment(example)}"]`,
  },
  {
    title: 'Learning curves, one colour per subset',
    text: 'The share of questions answered exactly, as training goes on; a dashed line ends each stage. After the last one, blue (Ḋ, reliable) and red (D̄, unreliable) part: the picture that you have just seen, measured.',
    place: experiment,
    target: () => '[data-tour="curves"]',
  },
  {
    title: 'The effect, with its interval',
    text: 'The difference of the two within each seed, averaged over the seeds. The interval says how far chance could have moved it: where it leaves out 0, the effect is there. Few seeds give wide intervals; the last column says how many would do.',
    place: experiment,
    target: () => '[data-tour="effect"]',
  },
  {
    title: 'Every answer can be read',
    text: 'Behind each number are questions. Here is what was asked about each name, what would have been right, and how many seeds were. Open a row for what each of them answered.',
    place: (example) => `#/runs/${example}/answers`,
    target: () => '[data-tour="answers"] tbody tr',
  },
  {
    title: 'Lay experiments side by side',
    text: 'Add others here: curves on shared axes, effects with their intervals, a difference in one sentence, and what differs in their configs.',
    place: (example) => `#/compare/${example}`,
    target: () => '[data-tour="add-experiment"]',
  },
  {
    title: 'Design your own',
    text: 'Tags, shares of the subsets, data, stages, model: what you change here is what the model reads, and the preview shows those very texts.',
    place: () => '#/design',
    target: () => '[data-field="subsets"]',
  },
  {
    title: 'Or sweep a field',
    text: 'One experiment for each value of a field, such as how truthful the tags are (α), and a figure of the effect against it.',
    place: () => '#/design',
    target: () => '[data-field="sweep"] .add-experiment',
  },
  {
    title: 'Run it',
    text: 'It trains on this machine, and you can watch. That was all; Help (below the history) has this tour, the words and symbols, and the example again.',
    place: () => '#/design',
    target: () => '[data-tour="run"]',
  },
];
