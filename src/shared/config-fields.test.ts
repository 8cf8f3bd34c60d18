import { describe, expect, it } from 'vitest';
import { TASK_IDS, type TaskId } from './config.ts';
import { configFields } from './config-fields.ts';

describe('configFields', () => {
  it('gives every field one sentence of help', () => {
    const fields = TASK_IDS.flatMap(configFields).filter(({ path }) => !path.endsWith('.kind'));
    expect(fields.length).toBeGreaterThan(80);
    for (const { path, help } of fields) expect(help, path).toMatch(/^[A-Z0-9].*\.$/);
  });

  it('is what docs/config.md says (npx vitest run -u writes it)', async () => {
    const rowsOf = (task: TaskId) =>
      configFields(task).map(
        ({ path, accepts, help, ...rest }) =>
          `| \`${path}\` | ${accepts.replaceAll('|', '\\|')} | ${'default' in rest ? `\`${JSON.stringify(rest.default).replaceAll('|', '\\|')}\`` : ''} | ${help.replaceAll('|', '\\|')} |`,
      );
    const text = [
      '# Config fields',
      '',
      'Written from the schema in `src/shared/config.ts` by its test; the same list is `credence fields`.',
      'Defaults are the paper’s; a field without one must be given.',
      '',
      'The first field is `task`: `language` where it is left out, `images` or `regression`.',
      ...TASK_IDS.flatMap((task) => [
        '',
        `## \`task: ${task}\``,
        '',
        '| field | accepts | default | |',
        '|---|---|---|---|',
        ...rowsOf(task),
      ]),
      '',
    ].join('\n');
    await expect(text).toMatchFileSnapshot('../../docs/config.md');
  });
});
