/** Every analysis by its name. */
import type { AnalysisParams, AnalysisResult } from '#shared/analysis.ts';
import { entropy } from './entropy.ts';
import type { Given } from './given.ts';
import { alignGradients } from './gradients.ts';
import { moves } from './moves.ts';
import { probe } from './probes.ts';

/** @throws UserError `probes.*`, `gradients.*`, `entropy.*`; as `Kept.read` */
export function analyse(params: AnalysisParams, given: Given): Promise<AnalysisResult> {
  switch (params.kind) {
    case 'probes':
      return probe(params, given);
    case 'gradients':
      return alignGradients(params, given);
    case 'entropy':
      return entropy(given);
    case 'moves':
      return moves(params, given);
  }
}
