/** Menus, with the library that places them and moves the focus in them: needed once one of their buttons is near. */
import { LatePart } from './late-part.svelte.ts';
import type { MenuProps } from './menu.ts';

export const menuPart = new LatePart<MenuProps & { opened: boolean; focused: boolean }>(
  () => import('../components/shared/OpenMenu.svelte'),
);
