/** Starts the window. */
import '@fontsource-variable/inter';
import './theme/tokens.css';
import './theme/base.css';
import './theme/parts.css';
// Before the rest of the window: it asks for the list.
import { history } from './lib/history.svelte.ts';
import { mount } from 'svelte';
import { atMost } from './lib/at-most.ts';
import App from './App.svelte';
import { loadFont } from './lib/fonts.ts';

/** Milliseconds after which the window is drawn without the list. */
const PATIENCE = 50;

// Drawn in one go where the list is there soon, as it mostly is: what is around it would be laid out twice.
const target = document.getElementById('app');
await Promise.all([loadFont(), atMost(PATIENCE, history.arrived)]);
if (target) mount(App, { target });
