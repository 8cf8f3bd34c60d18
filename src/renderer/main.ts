/** Starts the window. */
import '@fontsource-variable/inter';
import './theme/tokens.css';
import './theme/base.css';
import './theme/parts.css';
// Before the rest of the window: it asks for the list.
import { history } from './lib/history.svelte.ts';
import { mount } from 'svelte';
import App from './App.svelte';
import { loadFont } from './lib/fonts.ts';

/** Milliseconds after which the window is drawn without the list. */
const PATIENCE = 50;

// Drawn in one go where the list is there soon, as it mostly is: what is around it would be laid out twice.
const target = document.getElementById('app');
const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
await Promise.all([loadFont(), Promise.race([history.arrived, patience])]);
if (target) mount(App, { target });
