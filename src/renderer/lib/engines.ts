/** What this machine can compute with; loaded only when somebody wants to know, as each engine is tried. */
import { call } from './api.ts';
import { Query } from './query.svelte.ts';

export const engines = new Query(() => call('system.engines', {}));
