/** Compared curves as they are drawn: named, coloured, with the curves of their single runs. */
import type { ComparedTrace } from '#shared/api/analysis.ts';
import { overGroup } from '#shared/group-words.ts';
import { tellingNames } from '#shared/distinct-names.ts';
import type { MetricTest } from '#shared/records.ts';
import type { NamedCurves } from '../charts/comparison.ts';
import { experimentColour, lineColour } from './colours.ts';
import type { ComparedLine, TestLines } from './compare.svelte.ts';

interface TestTraces {
  test: MetricTest;
  traces: readonly ComparedTrace[];
}

/** @param nameOf an experiment by its number */
export function testCurves(
  tests: readonly TestLines[],
  traced: readonly TestTraces[],
  nameOf: (id: number) => string,
): { test: MetricTest; lines: NamedCurves[] }[] {
  return tests.map(({ test, lines }) => {
    const traces = traced.find((each) => each.test === test)?.traces ?? [];
    const names = tellingNames(lines.map(({ label, experiment }) => label ?? nameOf(experiment)));
    return { test, lines: lines.map((line, i) => named(line, names[i]!, i, traces)) };
  });
}

function named(
  line: ComparedLine,
  name: string,
  place: number,
  traces: readonly ComparedTrace[],
): NamedCurves {
  const { label, members, experiment, runs, n } = line;
  const mine = traces.filter((trace) => members.includes(trace.experiment));
  return {
    id: label ?? String(experiment),
    name,
    measured: line.measured,
    over: label === null ? null : overGroup(members.length, { runs: runs ?? 0, n }),
    curves: { ...line, traces: mine.map(traceOf) },
    // A group is no experiment, and has no colour of its own.
    colour: (dark) => (label === null ? experimentColour(experiment, dark) : lineColour(place, dark)),
  };
}

function traceOf({ seed, subset, epochs, values }: ComparedTrace) {
  return { seed, subset, points: epochs.map((epoch, i) => ({ epoch, value: values[i]! })) };
}
