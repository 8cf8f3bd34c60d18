/** Brings the control of a config field into view and into focus. */

/** @param path of a field; where it has no control of its own, the one of what holds it is shown */
export function revealField(path: string | null): void {
  const place = path === null ? null : placeOfField(path);
  if (!place) return;
  const door = place.closest('details');
  if (door) door.open = true;
  place.scrollIntoView({ block: 'center' });
  controlOf(place)?.focus();
}

/** Where a field has its control, or the nearest thing that holds it; null where nothing of it is shown. */
export function placeOfField(path: string): HTMLElement | null {
  for (let at = path; at !== ''; at = at.split('.').slice(0, -1).join('.')) {
    const place = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(at)}"]`);
    if (place) return place;
  }
  return null;
}

/** Waits, two seconds at most, until the page has such an element. */
export async function whenThere(selector: string): Promise<void> {
  for (let frames = 0; frames < 120 && !document.querySelector(selector); frames++)
    await new Promise(requestAnimationFrame);
}

/** What is typed or chosen before what is pressed: a field may have a button that resets it. */
function controlOf(place: HTMLElement): HTMLElement | null {
  if (place.matches('input, select')) return place;
  return place.querySelector<HTMLElement>('input, select') ?? place.querySelector<HTMLElement>('button');
}
