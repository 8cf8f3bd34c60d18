/** The two groups of questions that a label makes. */
import type { ProbeLabel } from '#shared/analysis.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { SUBSETS, type SubsetName } from '#shared/subsets.ts';
import { closest } from 'fastest-levenshtein';
import type { Asked, Subject } from './subject.ts';

type Group = 0 | 1 | null;

export interface Classes {
  names: [string, string];
  /** Whether a question may be of one of them. */
  asks(asked: Asked): boolean;
  /** How many the smaller group has, as far as that is known before the model answers. */
  smaller(asked: readonly Asked[]): number;
  /** @param right tells which questions the model answers right */
  label(asked: readonly Asked[], right: (asked: readonly Asked[]) => Promise<boolean[]>): Promise<Group[]>;
}

/** @throws UserError `probes.label` where the data have no such groups */
export function probeClasses(subject: Subject, label: ProbeLabel): Classes {
  switch (label.by) {
    case 'subsets':
      return bySubset(subject, label);
    case 'tag':
      return known(['reliable tag', 'unreliable tag'], ({ subset }) => {
        const { tag } = SUBSETS[subset];
        return tag === 'reliable' ? 0 : tag === 'unreliable' ? 1 : null;
      });
    case 'right':
      return byAnswer(label.subset);
    case 'value':
      return byValue(subject, label);
  }
}

/** Groups that are known beforehand. */
function known(names: [string, string], groupOf: (asked: Asked) => Group): Classes {
  return {
    names,
    asks: (asked) => groupOf(asked) !== null,
    smaller(asked) {
      const groups = asked.map(groupOf);
      return Math.min(groups.filter((g) => g === 0).length, groups.filter((g) => g === 1).length);
    },
    label: (asked) => Promise.resolve(asked.map(groupOf)),
  };
}

function bySubset({ corpus }: Subject, { first, second }: Extract<ProbeLabel, { by: 'subsets' }>): Classes {
  if (first === second)
    throw new UserError('probes.label', `probes: ${first} is named twice; name two different subsets`);
  for (const name of [first, second]) {
    const why =
      corpus.assignment.subsets[name].length === 0
        ? 'has no entities in this experiment'
        : SUBSETS[name].usesAlias
          ? null
          : 'asks under real names, which have different tokens';
    if (why) throw new UserError('probes.label', `probes: ${name} ${why}; name another subset`);
  }
  return known([first, second], ({ subset }) => (subset === first ? 0 : subset === second ? 1 : null));
}

const isOf = (subset: SubsetName | null, asked: Asked) => subset === null || asked.subset === subset;

function byAnswer(subset: SubsetName | null): Classes {
  return {
    names: ['answered wrong', 'answered right'],
    asks: (asked) => isOf(subset, asked),
    smaller: (asked) => asked.length / 2,
    label: async (asked, right) => (await right(asked)).map((is) => (is ? 1 : 0)),
  };
}

function byValue(
  { corpus }: Subject,
  { attribute, value, subset }: Extract<ProbeLabel, { by: 'value' }>,
): Classes {
  const { knowledge } = corpus;
  const at = knowledge.attributes.findIndex(({ name }) => name === attribute);
  const names = knowledge.attributes.map(({ name }) => name);
  if (knowledge.kind === 'variables' || at < 0)
    throw new UserError(
      'probes.label',
      knowledge.kind === 'variables'
        ? 'probes: variables have no attributes; choose subsets, tag or right'
        : `probes: the dataset has no attribute ${showValue(attribute)}; did you mean ${showValue(closest(attribute, names))}? Attributes: ${names.join(', ')}`,
    );
  const values = knowledge.facts.map((facts) => facts[at][0]);
  const counts = new Map<string, number>();
  for (const each of values) if (each !== undefined) counts.set(each, (counts.get(each) ?? 0) + 1);
  const wanted = value ?? [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  if (!counts.has(wanted))
    throw new UserError(
      'probes.label',
      `probes: no entity has ${showValue(wanted)} as its ${attribute}; values: ${[...counts.keys()].slice(0, 12).join(', ')}`,
    );
  const classes = known([`${attribute}: another`, `${attribute}: ${wanted}`], (asked) => {
    if (!isOf(subset, asked) || values[asked.entity] === undefined) return null;
    return values[asked.entity] === wanted ? 1 : 0;
  });
  return classes;
}
