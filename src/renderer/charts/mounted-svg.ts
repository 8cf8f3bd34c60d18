/** A figure of the page as a file of its own: mounted out of sight in the light theme, its styles written out. */
import { FIGURE_FONT } from './figure-font.ts';
import { flushSync, mount, unmount, type Component } from 'svelte';

/** What the stylesheet says about an SVG part. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'paint-order',
  'font-size',
  'font-weight',
];

/**
 * @param width of the place that it is drawn in, in pixels
 * @returns an SVG document that needs no stylesheet
 */
export function mountedSvg<Props extends Record<string, unknown>>(
  figure: Component<Props>,
  props: Props,
  width: number,
): string {
  const stage = document.createElement('div');
  stage.dataset.theme = 'light';
  stage.style.cssText = `position:absolute;left:-9999px;width:${width}px`;
  document.body.append(stage);
  const plot = mount(figure, { target: stage, props });
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
  if (part.tagName === 'svg') part.setAttribute('font-family', FIGURE_FONT);
  part.removeAttribute('class');
}
