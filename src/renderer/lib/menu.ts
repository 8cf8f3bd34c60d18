/** What a menu behind an icon holds. */
import type { LucideIcon } from '@lucide/svelte';

interface MenuItem {
  label: string;
  /** More about it, shown when the pointer rests on it. */
  hint?: string;
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  /** One of several choices: whether it is the present one. */
  chosen?: boolean;
  run: () => void;
}

interface MenuGroup {
  heading: string;
  items: MenuItem[];
}

export type MenuProps = {
  label: string;
  icon: LucideIcon;
  /** Items without a heading, above the groups. */
  items: MenuItem[];
  groups: MenuGroup[];
};
