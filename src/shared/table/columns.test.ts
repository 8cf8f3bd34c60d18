import { describe, expect, it } from 'vitest';
import { columnNamed, offeredColumns } from './columns.ts';

describe('a column', () => {
  it.each([
    ['alpha', 'tags.correlation'],
    ['α', 'tags.correlation'],
    ['Correlation', 'tags.correlation'],
    ['stage1.lr', 'training.stage1.lr'],
    ['d_model', 'model.d_model'],
    ['n-layers', 'model.n_layers'],
    ['path', 'dataset.path'],
    ['label', 'labels'],
    ['ID', 'id'],
    ['d1consis', 'd1consis'],
    ['last(d1consis.questions)', 'd1consis'],
    ['MAX(d1consis.loss.association)', 'max(d1consis.association.loss)'],
    ['mean(d2incons.exact_match)', 'mean(d2incons.exact_match)'],
    ['seeds', 'seeds'],
    ['d1consis-d3consis@stage1', 'd1consis-d3consis@stage1'],
    ['IML/association', 'iml/association'],
    ['qd1consis-qd2incons@stage1', 'stage1_effect'],
    ['effect', 'iml'],
    ['stage1', 'stage1_effect'],
    ['iml.vs3', 'iml.vs3'],
    ['d1consis-d2consis.VS03', 'iml.vs3'],
    ['stage1.vs12', 'stage1_effect.vs12'],
    ['max(d1consis.loss.association).vs3', 'max(d1consis.association.loss).vs3'],
    ['qd1consis-q@stage1/association.vs3', 'qd1consis-q@stage1/association.vs3'],
  ])('%s is %s', (name, id) => {
    expect(columnNamed(name).id).toBe(id);
  });

  it.each([
    ['bs', /may be training\.stage1\.batch_size or training\.stage2\.batch_size: write which/],
    ['alfa', /"alfa" is unknown; did you mean \w+/],
    ['max(d1consis', /is unknown/],
    ['d1consis)', /is unknown/],
    ['d1consis.grade', /"grade" is neither a test .* nor a metric/],
    ['d1consis-d1consis', /is unknown/],
    ['d1consis-foo', /is unknown/],
    ['alpha.vs3', /"alpha" is not measured; take the difference of a metric, such as d1consis\.vs3/],
    ['iml.vs3.vs4', /"iml\.vs3" is not measured/],
    ['grade.vs3', /"grade" is unknown/],
    ['iml.vs', /is unknown/],
    ['__proto__', /is unknown/],
    ['constructor', /is unknown/],
  ])('%s is refused', (name, message) => {
    expect(() => columnNamed(name)).toThrow(message);
  });

  it('that is offered is one, by its own name', () => {
    for (const rows of ['experiments', 'runs'] as const)
      for (const column of offeredColumns(rows)) expect(columnNamed(column.id)).toEqual(column);
  });
});
