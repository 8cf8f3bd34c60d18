/** Every process that the tests start keeps its compiled sources where the next one finds them, as the command does. */
import { enableCompileCache } from 'node:module';

export default function shareCompiled(): void {
  const { directory } = enableCompileCache();
  if (directory) process.env['NODE_COMPILE_CACHE'] ??= directory;
}
