import { describe, expect, it } from 'vitest';
import { TASK_IDS } from './config.ts';
import { configFields } from './config-fields.ts';
import { cellTitle, fieldNames, fieldsNamed, fieldTitle, valueMeaning } from './field-names.ts';

const pathsOf = (task: (typeof TASK_IDS)[number]) => [
  ...new Set(configFields(task).map(({ path }) => path.replace(/\([\w-]+\)/g, ''))),
];

describe('fieldTitle', () => {
  it('is the title of one field alone, in every kind of task', () => {
    for (const task of TASK_IDS) {
      const byTitle = Map.groupBy(pathsOf(task), (path) => fieldTitle(path, task));
      expect([...byTitle].filter(([, paths]) => paths.length > 1)).toEqual([]);
    }
  });

  it('says the stage, the subset, and the symbol that the paper has', () => {
    expect(fieldTitle('training.stage1_qa.lr')).toBe('Learning rate, stage 1 qa');
    expect(fieldTitle('subsets.fractions.d1consis')).toBe('Share of Ḋ₅ᶜᵒⁿˢ');
    expect(fieldTitle('tags.correlation')).toBe('Truthfulness α');
    expect(cellTitle({ 'tags.correlation': 0.5, 'tags.order': 'vet' })).toBe(
      'Truthfulness α: 0.5; Definition order: vet',
    );
  });
});

it('explains a value that is a code', () => {
  expect(valueMeaning('tags.order', 'vet')).toBe('alias, entity, tag');
  expect(valueMeaning('tags.order', 'xyz')).toBeNull();
  expect(valueMeaning('name', 'vet')).toBeNull();
});

it('finds a field by its path, its title and what else it is called', () => {
  const paths = pathsOf('language');
  for (const name of ['tags.correlation', 'Truthfulness α', 'alpha', 'α', 'tag consistency'])
    expect(fieldsNamed(name, paths), name).toEqual(['tags.correlation']);
  for (const path of paths) expect(fieldsNamed(fieldTitle(path), paths), path).toContain(path);
  expect(fieldNames('tags.order')).toContain('Definition order');
});
