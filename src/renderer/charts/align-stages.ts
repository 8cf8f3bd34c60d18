/**
 * One axis for experiments whose stages differ in length: every stage begins at the same place for all of them, so
 * that a line between stages is true for each curve it crosses. Epochs keep their width; where an experiment's stage
 * is over sooner, its curve stays level until the next one begins.
 */
import type { CurvesReply } from '#shared/api/analysis.ts';
import { sharedSpans, type StageSpan } from '#shared/stats/curves.ts';
import { STAGE_NAMES } from '#shared/measured-names.ts';
import type { LineConfig } from './chart.ts';
import type { DrawnCurves } from './learning-curves.ts';

/** Whether all of them go through the same stages at the same epochs. */
export function sameStages(replies: readonly Pick<CurvesReply, 'stages'>[]): boolean {
  return new Set(replies.map(({ stages }) => JSON.stringify(stages))).size <= 1;
}

/** The stages of all of them, in training order, each as long as the longest. */
export function sharedStages(replies: readonly Pick<CurvesReply, 'stages'>[]): StageSpan[] {
  return sharedSpans(replies.map(({ stages }) => stages));
}

/** The same curves on the shared axis. */
export function alignCurves(reply: DrawnCurves, shared: readonly StageSpan[]): DrawnCurves {
  return {
    ...reply,
    stages: [...shared],
    curves: reply.curves.map((curve) => ({
      ...curve,
      points: alignPoints(curve.points, reply.stages, shared),
    })),
    traces: reply.traces.map((trace) => ({
      ...trace,
      points: alignPoints(trace.points, reply.stages, shared),
    })),
  };
}

function alignPoints<P extends { epoch: number }>(
  points: readonly P[],
  own: readonly StageSpan[],
  shared: readonly StageSpan[],
): P[] {
  return points.flatMap((point, i) => {
    const at = own.findIndex(({ to }) => point.epoch <= to);
    const span = own[at];
    const place = shared.find(({ stage }) => stage === span?.stage);
    if (!span || !place) return [];
    const moved = { ...point, epoch: place.from + point.epoch - span.from };
    const next = points[i + 1];
    const over = point.epoch === span.to && next !== undefined;
    // The weights at a stage's end are those that the next one begins with.
    const begins = over ? shared.find(({ stage }) => stage === own[at + 1]?.stage)?.from : undefined;
    return begins !== undefined && begins > moved.epoch ? [moved, { ...moved, epoch: begins }] : [moved];
  });
}

/** About as many ticks as fit on the axis. */
const TICKS = 12;

/** A chart whose ticks count epochs within each stage. */
export function countWithinStages(config: LineConfig, shared: readonly StageSpan[]): LineConfig {
  const ticks = stageTicks(shared);
  const { scales, plugins } = config.options ?? {};
  const x = {
    ...scales?.x,
    title: { ...scales?.x?.title, text: 'Epoch within each stage' },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = ticks.map(({ value }) => ({ value }));
    },
    ticks: { ...scales?.x?.ticks, callback: (_: unknown, i: number) => String(ticks[i]?.epoch ?? '') },
  };
  const tooltip = plugins?.tooltip;
  const title = (items: readonly { parsed: { x: number | null } }[]) =>
    whenText(items[0]?.parsed.x ?? 0, shared);
  return {
    ...config,
    options: {
      ...config.options,
      scales: { ...scales, x } as NonNullable<LineConfig['options']>['scales'],
      plugins: { ...plugins, tooltip: { ...tooltip, callbacks: { ...tooltip?.callbacks, title } } },
    },
  };
}

/** Ticks at round epochs of each stage. */
export function stageTicks(shared: readonly StageSpan[]): { value: number; epoch: number }[] {
  const step = roundStep((shared.at(-1)?.to ?? 0) / TICKS);
  return shared.flatMap(({ from, to }, i) => {
    const first = i === 0 ? 0 : step;
    const count = Math.max(0, Math.floor((to - from - first) / step) + 1);
    return Array.from({ length: count }, (_, k) => ({
      value: from + first + k * step,
      epoch: first + k * step,
    }));
  });
}

/** 1, 2, 5, 10, 20, …: the next one up. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 1;
}

/** `Stage 2, epoch 3`. */
function whenText(x: number, shared: readonly StageSpan[]): string {
  const span = shared.find(({ to }) => x <= to) ?? shared.at(-1);
  return span ? `${STAGE_NAMES[span.stage]}, epoch ${x - span.from}` : '';
}
