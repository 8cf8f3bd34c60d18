/**
 * Flips the fuses of a packaged Credence (https://www.electronjs.org/docs/latest/tutorial/fuses), so that its
 * binary is good for nothing else:
 *   npm run fuses -- path/to/credence
 * Sign the app afterwards: flipping changes the binary.
 */
import { existsSync } from 'node:fs';
import { flipFuses, FuseV1Options, FuseVersion, type FuseV1Config } from '@electron/fuses';
import { HOW_TO_GET_IT, installedElectron } from './electron-binary.ts';

/** Every fuse is named, so that a new one of a later Electron is not missed. */
export const FUSES: FuseV1Config = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  // On Apple silicon an unsigned binary that was changed does not start without it.
  resetAdHocDarwinSignature: process.platform === 'darwin' && process.arch === 'arm64',
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // WebAssembly's out-of-bounds checks by the processor; off only makes it slower.
  [FuseV1Options.WasmTrapHandlers]: true,
};

if (import.meta.main) await main(process.argv[2]);

async function main(binary: string | undefined): Promise<void> {
  if (!binary) return fail('name the binary of the packaged app: npm run fuses -- path/to/credence');
  if (!existsSync(binary)) {
    const none = installedElectron() ? '' : `; Electron's own is not here either: ${HOW_TO_GET_IT}`;
    return fail(`${binary} does not exist${none}`);
  }
  if (binary === installedElectron())
    return fail(
      `${binary} is what "npm start" runs from a folder, which these fuses forbid; package the app first`,
    );
  try {
    await flipFuses(binary, FUSES);
    console.log(`${binary}: fuses set; sign the app now`);
  } catch (error) {
    fail(`${binary}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fail(message: string): void {
  console.error(`credence: ${message}`);
  process.exitCode = 2;
}
