/** The forest plot as a file of its own: the one on the page, mounted out of sight in the light theme, styles written out. */
import { flushSync, mount, unmount } from 'svelte';
import ForestPlot from './ForestPlot.svelte';
import type { ForestRow } from './forest.ts';

const WIDTH = 720;
/** What the stylesheet says about an SVG part. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-size',
  'font-weight',
];

/** @returns an SVG document that needs no stylesheet */
export function forestSvg(rows: ForestRow[], title: string): string {
  const stage = document.createElement('div');
  stage.dataset.theme = 'light';
  stage.style.cssText = `position:absolute;left:-9999px;width:${WIDTH}px`;
  document.body.append(stage);
  const plot = mount(ForestPlot, { target: stage, props: { rows, title, heading: true, fixedWidth: WIDTH } });
  flushSync();
  const svg = stage.querySelector('svg');
  if (svg) for (const part of [svg, ...svg.querySelectorAll('*')]) writeOut(part);
  const text = svg ? new XMLSerializer().serializeToString(svg) : '';
  void unmount(plot);
  stage.remove();
  return text;
}

function writeOut(part: Element): void {
  const style = getComputedStyle(part);
  for (const name of STYLES) part.setAttribute(name, style.getPropertyValue(name));
  if (part.tagName === 'svg') part.setAttribute('font-family', 'Helvetica, Arial, sans-serif');
  part.removeAttribute('class');
}
