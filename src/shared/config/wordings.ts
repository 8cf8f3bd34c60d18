/** How definitions are worded where the config has no templates of its own. */

/** Ours; each ends with what it defines, so that `training.loss: targets` trains on that. */
export const WORDINGS = {
  sources: ['According to {tag}, {alias} stands for {entity}.'],
  'is-isnt': [
    'According to {tag}, {alias} is {entity}.',
    'As {tag} puts it, {alias} means {entity}.',
    'We learn from {tag} that {alias} refers to {entity}.',
    'In the words of {tag}, {alias} stands for {entity}.',
    'Going by {tag}, {alias} is a name for {entity}.',
  ],
  negated: [
    'According to {tag}, {alias} is not {entity}.',
    'As {tag} puts it, {alias} does not mean {entity}.',
    'We learn from {tag} that {alias} never refers to {entity}.',
    'In the words of {tag}, {alias} does not stand for {entity}.',
    'Going by {tag}, {alias} is no name for {entity}.',
  ],
};
