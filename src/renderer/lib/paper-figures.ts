/** Figures for a paper: made by the main process, the same bytes as the command line's `credence figure`. */
import type { Arguments } from '#shared/contract.ts';
import { toast } from 'svelte-sonner';
import { attempt } from './actions.ts';
import { call } from './api.ts';
import { saveBytes } from './download.ts';
import type { MenuProps } from './menu.ts';

type Asked = Arguments<'export.paperFigure'>;

/** What the figure is of, without its size and format. */
export type PaperAsked = Omit<Asked, 'format' | 'width' | 'font'>;

/** What it is saved as. */
export type PaperFile = Pick<Asked, 'format' | 'width' | 'font'>;

export async function savePaperFigure(asked: PaperAsked, file: PaperFile): Promise<void> {
  const saved = await attempt(() => call('export.paperFigure', { ...asked, ...file }));
  if (!saved) return;
  saveBytes(saved.file_name, saved.mime, saved.base64);
  for (const remark of saved.remarks) toast(remark);
}

const WIDTHS = [
  { width: 'column', inches: '3.25 in', heading: 'For a paper, one column' },
  { width: 'page', inches: '6.75 in', heading: 'For a paper, page wide' },
];
const FORMATS = ['pdf', 'svg', 'png'] as const;

/** Parts of a menu: the figure at the usual widths, in each format; and its numbers. @param own opens the choice of a size */
export function paperGroups(asked: () => PaperAsked, own: () => void): MenuProps['groups'] {
  const item = (label: string, file: PaperFile) => ({
    label,
    run: () => void savePaperFigure(asked(), file),
  });
  return [
    ...WIDTHS.map(({ width, inches, heading }) => ({
      heading,
      items: FORMATS.map((format) => item(`${format.toUpperCase()}, ${inches}`, { width, format })),
    })),
    {
      heading: 'For a paper, otherwise',
      items: [{ label: 'Another size…', run: own }, item('The numbers shown (CSV)', { format: 'csv' })],
    },
  ];
}
