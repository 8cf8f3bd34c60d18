/** A Vite plugin: every icon of Lucide as the picture it is, instead of a component that draws it line by line. */
import type { Plugin } from 'vite';

/** As Lucide's package writes an icon: `"node": [["path", { "d": "M5 12h14" }], …]`. */
const ICON = /const iconData = (\{.*\});/;

/** The window shows many icons at once, and all before its first paint. */
export function plainIcons(): Plugin {
  return {
    name: 'plain-icons',
    enforce: 'pre',
    transform: {
      filter: { id: /@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/ },
      handler(code, id) {
        const found = ICON.exec(code)?.[1];
        if (!found) throw new Error(`plain-icons: ${id} is not written as expected`);
        return component(JSON.parse(found) as { node: [tag: string, attributes: Record<string, string>][] });
      },
    },
  };
}

function component({ node }: { node: [tag: string, attributes: Record<string, string>][] }): string {
  const lines = node.map(([tag, attributes]) => {
    const pairs = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
    return `<${tag} ${pairs.join(' ')} />`;
  });
  return `<script>
  const { size = 24, strokeWidth = 2, class: className, 'aria-label': label } = $props();
</script>
<svg xmlns="http://www.w3.org/2000/svg" width={size} height={size} viewBox="0 0 24 24" fill="none"
  stroke="currentColor" stroke-width={strokeWidth} stroke-linecap="round" stroke-linejoin="round"
  class={['lucide-icon', className]} role={label ? 'img' : undefined} aria-label={label}
  aria-hidden={label ? undefined : 'true'}>${lines.join('')}</svg>`;
}
