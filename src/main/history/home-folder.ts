/**
 * A user without an entry in the system's list (as in some containers) has no home folder, which `env-paths` takes
 * for a defect as soon as it is imported. Imported before it, this makes such a home an empty one, which
 * `defaultHome` refuses in its own words.
 */
import { homedir } from 'node:os';

try {
  homedir();
} catch {
  process.env['HOME'] = '';
}
