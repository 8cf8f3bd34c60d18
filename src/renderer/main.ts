/** Starts the window. */
import '@fontsource-variable/inter';
import './theme/tokens.css';
import './theme/base.css';
import './theme/parts.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target });
