/** A subset in the words of an experiment: its first question of its first finished run. Asked for once each. */
import { storyOf } from '#shared/story.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { call } from './api.ts';

const known = new Map<string, Promise<string | null>>();

/** Null where nothing has been answered, or nothing was kept: then there is nothing to tell. */
export function storyAbout(experiment: number, subset: TestSubset): Promise<string | null> {
  const key = `${experiment} ${subset}`;
  const story = known.get(key) ?? ask(experiment, subset);
  known.set(key, story);
  // What is not there yet may be later.
  void story.then((text) => text === null && known.delete(key));
  return story;
}

async function ask(experiment: number, subset: TestSubset): Promise<string | null> {
  const filter = { subset, finished: true };
  const page = await call('answers.rows', { experiments: [experiment], filter, limit: 1 }).catch(() => null);
  const row = page?.rows[0];
  return row ? storyOf(row) : null;
}
