import { describe, expect, it } from 'vitest';
import { configFields } from '#shared/config-fields.ts';
import { TASK_IDS } from '#shared/config.ts';
import { isAdvanced, mainFields, namedFields, PANEL_IDS, panelOf } from './field-groups.ts';

/** Those of all kinds of task. */
const paths = [
  ...new Set(TASK_IDS.flatMap(configFields).map(({ path }) => path.replace(/^dataset\([^)]+\)/, 'dataset'))),
];

describe('the panels of the design view', () => {
  it('name only fields that exist, each once', () => {
    const named = namedFields();
    expect(named.filter((path) => !paths.includes(path))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
    for (const panel of PANEL_IDS)
      for (const path of mainFields(panel)) expect(panelOf(path), path).toBe(panel);
  });

  it('have a place for every field of the schema, those they do not name in "Advanced"', () => {
    for (const path of paths) {
      const places = PANEL_IDS.filter((panel) => isAdvanced(panel, path));
      expect([path, places]).toEqual([path, namedFields().includes(path) ? [] : [panelOf(path)]]);
    }
  });

  it('take a field that nobody thought of', () => {
    expect(panelOf('brand_new')).toBe('evaluation');
    expect(isAdvanced('evaluation', 'brand_new')).toBe(true);
    expect(panelOf('training.stage2.brand_new')).toBe('stage2');
    expect(isAdvanced('optimizer', 'training.optimizer.brand_new')).toBe(true);
    expect(panelOf('training.optimizers')).toBe('pipeline');
  });
});
