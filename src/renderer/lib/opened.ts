/** What the system asks the app to open, in Electron alone. */
import { on } from './api.ts';
import { openBundle } from './bundles.ts';

/** A file is taken over, a place is gone to. @returns a function that ends it */
export function openWhatIsAsked(): () => void {
  return on('open', ({ file, place }) => {
    if (file !== null) void openBundle(file);
    if (place !== null) location.hash = `#/${place}`;
  });
}
