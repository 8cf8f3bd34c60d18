/** Starts the window. */
import '@fontsource-variable/inter';
import './theme/tokens.css';
import './theme/base.css';
import './theme/parts.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { loadFont } from './lib/fonts.ts';

// What is around the list is made while the list is on its way.
const target = document.getElementById('app');
await loadFont();
if (target) mount(App, { target });
