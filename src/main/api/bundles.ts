/** API: experiments as one file, and those of another history. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BundleReplies } from '#shared/api/bundles.ts';
import { BUNDLE_ENDING } from '#shared/bundles.ts';
import type { Handlers } from '#shared/contract.ts';
import { plural } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { visible } from '#shared/plain-text.ts';
import { readBundle, writeBundle } from '../bundle/bundle.ts';
import type { Context } from './context.ts';
import { holdsFile } from '../files.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { freshExport } from './file-names.ts';

export function bundleHandlers(context: Context): Pick<Handlers, keyof BundleReplies> {
  const { history, home, emit } = context;
  return {
    'bundles.write': ({ experiments, weights }) => {
      const [first, ...more] = experiments;
      const name =
        more.length > 0 ? plural(experiments.length, 'experiment') : history.getExperiment(first).name;
      return writeBundle(history, experiments, freshExport(home, name, BUNDLE_ENDING), { weights });
    },
    'bundles.open': async ({ path: file }) => {
      if (!holdsFile(file))
        throw new UserError('import.missing', `path: ${showValue(file)} is no file; check the path`);
      const taken = await readBundle(history, file);
      emit('history', { experiments: null });
      return taken;
    },
    'bundles.read': async ({ name, base64 }) => {
      const folder = scratchFolder(home);
      const file = path.join(folder, `file${BUNDLE_ENDING}`);
      try {
        writeFileSync(file, base64, 'base64');
        const taken = await readBundle(history, file);
        emit('history', { experiments: null });
        return taken;
      } catch (error) {
        // It has been copied under another name.
        if (error instanceof UserError) error.message = error.message.replaceAll(file, visible(name));
        throw error;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
