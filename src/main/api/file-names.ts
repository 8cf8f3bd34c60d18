/** A file name that any system takes, for something the user has named. */
export function fileNameOf(name: string, extension: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return `${stem || 'credence'}.${extension}`;
}
