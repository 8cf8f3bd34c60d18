/**
 * Folders of projects: a label that begins with `/`, of which an experiment has one at most. So a folder goes along with
 * an experiment wherever its labels go.
 */

export const isFolder = (label: string): boolean => label.startsWith('/');

/** The folder of an experiment, as `paper/cvdb`; null for none. */
export function folderOf(labels: readonly string[]): string | null {
  return labels.find(isFolder)?.slice(1) ?? null;
}

/** Its other labels. */
export function plainLabels(labels: readonly string[]): string[] {
  return labels.filter((label) => !isFolder(label));
}

/** The label of a folder, however it was typed. */
export function folderLabel(name: string): string {
  return `/${name
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('/')}`;
}
