/** A run that fails says so wherever one is. */
import { toast } from 'svelte-sonner';
import { runTitle } from '#shared/planned-runs.ts';
import type { ReleaseState } from '#shared/releases.ts';
import { call, on } from './api.ts';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';

/** What went wrong behind the scenes, also before this window was there. @returns a function that ends it */
export function tellWarnings(): () => void {
  const tell = (message: string) =>
    toast.error(message, { id: message, duration: Infinity, closeButton: true });
  void call('system.info', {}).then(
    ({ warnings }) => warnings.forEach(tell),
    () => {}, // the view that is open says it
  );
  return on('warning', ({ message }) => void tell(message));
}

/** A newer release, where somebody wanted to be told; once in a window. @returns a function that ends it */
export function tellRelease(): () => void {
  const tell = ({ newer, current }: ReleaseState) => {
    if (newer)
      toast.info(`Credence ${newer} is out; this is ${current}`, {
        id: `release-${newer}`,
        duration: 12_000,
      });
  };
  void call('settings.get', {}).then(
    async ({ check_updates }) => check_updates && tell(await call('releases.state', {})),
    () => {}, // the view that is open says it
  );
  return on('release', tell);
}

/** @returns a function that ends it */
export function tellFailures(): () => void {
  return on('run', (run) => {
    const { experiment, state, error } = run;
    const inView = route.view === 'runs' && route.id === experiment;
    if (state !== 'failed' || inView) return;
    const name = history.find(experiment)?.name ?? `#${experiment}`;
    // One message per experiment: a config that fails often fails with every seed.
    toast.error(`${runTitle(run)} of “${name}” failed`, {
      id: `failed-${experiment}`,
      description: error?.message ?? '',
      duration: 12_000,
      action: { label: 'Look', onClick: () => route.go('runs', [experiment]) },
    });
  });
}
