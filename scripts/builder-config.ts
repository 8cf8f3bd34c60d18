/** What electron-builder makes of the staged app: targets, icons, associations, what is unpacked, fuses. */
import path from 'node:path';
import { flipFuses } from '@electron/fuses';
import type { Configuration } from 'electron-builder';
import { FUSES } from './fuses.ts';
import { ROOT } from './published.ts';

const ICONS = path.join(ROOT, 'resources', 'icons');

/** The program inside the unpacked folder. electron-builder's own way to it knows older fuses only. */
export const BINARY: Record<string, string> = {
  linux: 'credence',
  darwin: 'Credence.app',
  win32: 'credence.exe',
};

/** The Electron whose binary is packaged. @param dist folder of it; electron-builder's own download where left out */
export function builderConfig(
  app: string,
  output: string,
  electronVersion: string,
  dist?: string,
): Configuration {
  return {
    appId: 'org.credence.lab',
    productName: 'Credence',
    executableName: 'credence',
    directories: { app, output, buildResources: ICONS },
    electronVersion,
    ...(dist ? { electronDist: dist } : {}),
    // node_modules by name: electron-builder leaves them out otherwise.
    files: ['**/*', '**/node_modules/', '**/node_modules/**'],
    // What the system's loader opens cannot lie inside an archive.
    asarUnpack: ['**/*.node', '**/*.so', '**/*.so.*', '**/*.dylib', '**/*.dll'],
    // Packages are in the staged app already (shipped.ts): none is looked for elsewhere.
    beforeBuild: () => Promise.resolve(false),
    publish: null,
    compression: 'normal',
    electronLanguages: ['en-US'],
    artifactName: '${name}-${version}-${os}-${arch}.${ext}',
    fileAssociations: [
      {
        ext: 'credence',
        name: 'Credence experiments',
        description: 'Credence experiments',
        mimeType: 'application/x-credence',
        role: 'Editor',
      },
    ],
    protocols: [{ name: 'Credence', schemes: ['credence'] }],
    // Before anything is signed: it changes the binary.
    afterPack: async ({ appOutDir, electronPlatformName }) => {
      await flipFuses(path.join(appOutDir, BINARY[electronPlatformName] ?? BINARY['linux']!), FUSES);
    },
    linux: {
      target: ['AppImage', 'deb', 'tar.gz'],
      icon: ICONS,
      category: 'Science',
      synopsis: 'A desktop lab for implicit meta-learning',
      description: 'Do models learn which sources to trust? Designs, trains, keeps and compares experiments.',
      maintainer: 'Credence <credence@localhost>',
      syncDesktopName: true,
      desktop: { entry: { Keywords: 'machine learning;language models;experiments;' } },
    },
    // No tray: what electron-builder recommends for one is left out.
    deb: { packageCategory: 'science', recommends: [] },
    mac: {
      target: [{ target: 'dmg', arch: ['arm64', 'x64'] }],
      icon: path.join(ICONS, 'icon.icns'),
      category: 'public.app-category.education',
      hardenedRuntime: true,
    },
    win: { target: [{ target: 'nsis', arch: ['x64'] }], icon: path.join(ICONS, 'icon.ico') },
    nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  };
}
