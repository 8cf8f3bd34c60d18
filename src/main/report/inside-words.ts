/** What an analysis found, in words. */
import { percentText, signedDecimals } from '#shared/decimals.ts';
import { stageText } from '#shared/records.ts';
import { classesText, layerText, placeText, type InsideSummary } from '#shared/stats/inside.ts';

/** A sentence for those who cannot see the figure. */
export function describeInside(summary: InsideSummary): string {
  const seeds = `${summary.seeds} seed${summary.seeds === 1 ? '' : 's'}`;
  switch (summary.kind) {
    case 'probes': {
      const best = summary.layers
        .flatMap((layer, i) =>
          summary.tokens.map(({ text }, k) => ({ layer, text, cell: summary.cells[i][k] })),
        )
        .reduce((a, b) => (b.cell.mean > a.cell.mean ? b : a));
      return `${classesText(summary.classes)} by layer and token, ${seeds}; the best probe, ${layerText(best.layer)} at "${best.text}", is right in ${percent(best.cell.mean)}.`;
    }
    case 'gradients': {
      const last = summary.points.at(-1)!;
      const list = last.differences.map(
        ({ first, second, cosine }) => `${first} − ${second}: ${signed(cosine.mean)}`,
      );
      return `Cosine between the gradients of a definition and of its questions, ${seeds}; after ${placeText(last.at)} ${list.join('; ')}.`;
    }
    case 'entropy':
      return `Nats per token of the model's own answers, ${seeds}: ${summary.subsets.map(({ subset, mean }) => `${subset} ${mean.mean.toFixed(2)}`).join(', ')}.`;
    case 'moves':
      return `How far each part moved in ${summary.stages.map(stageText).join(', ')}, as a share of its size, ${seeds}.`;
  }
}

/** `37 %` */
export const percent = (share: number) => percentText(share, 0);
/** `+0.622` */
export const signed = (value: number) => signedDecimals(value, 3);
