/** A run that fails says so wherever one is. */
import { toast } from 'svelte-sonner';
import { on } from './api.ts';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';

/** @returns a function that ends it */
export function tellFailures(): () => void {
  return on('run', ({ experiment, seed, state, error }) => {
    const inView = route.view === 'runs' && route.id === experiment;
    if (state !== 'failed' || inView) return;
    const name = history.find(experiment)?.name ?? `#${experiment}`;
    // One message per experiment: a config that fails often fails with every seed.
    toast.error(`Seed ${seed} of “${name}” failed`, {
      id: `failed-${experiment}`,
      description: error?.message ?? '',
      duration: 12_000,
      action: { label: 'Look', onClick: () => route.go('runs', [experiment]) },
    });
  });
}
