/** Starts the window. */
import '@fontsource-variable/inter';
import './theme/tokens.css';
import './theme/base.css';
import './theme/parts.css';
import './lib/fonts.ts';
import { mount } from 'svelte';
import App from './App.svelte';
import { history } from './lib/history.svelte.ts';
import { sweeps } from './lib/sweeps.svelte.ts';

/** Milliseconds that the window waits for the list: one that comes at once is drawn at once, without a placeholder. */
const PATIENCE = 100;

const target = document.getElementById('app');
await Promise.race([list(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
if (target) mount(App, { target });

/** The list of experiments, with the names of sweeps where there are some. */
async function list(): Promise<void> {
  await history.arrived;
  if (history.all.some(({ sweep }) => sweep !== null)) await sweeps.arrive();
}
