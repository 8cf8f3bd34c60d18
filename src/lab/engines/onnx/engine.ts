/** Programs traced into ONNX graphs and run by ONNX Runtime: on the CPU, or on a GPU by one of its providers. */
import { env, InferenceSession, type Tensor } from './runtime.ts';
import type {
  CompiledProgram,
  Engine,
  EngineState,
  GrowingState,
  Program,
  StateValues,
  TensorData,
} from '../engine.ts';
import { checkPrecision } from '../precision.ts';
import { PROVIDERS, type OnnxEngineId } from './providers.ts';
import { Downloader, SharedSession } from './session.ts';
import { OnnxState, toTensor } from './state.ts';
import { PREFIX } from './prefixes.ts';
import { traceProgram, type TracedProgram } from './trace.ts';

env.logLevel = 'error';

export interface OnnxOptions {
  /** Which of the providers; the CPU unless said. */
  id?: OnnxEngineId;
  /** Threads of one step. One is right where each core trains a seed of its own. */
  threads: number;
  /** Where ONNX Runtime writes a profile of each program (prefix of a file name); none unless said. */
  profile?: string;
}

function sessionOptions({ id = 'onnx', threads, profile }: OnnxOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: [PROVIDERS[id].name],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    ...(id === 'onnx-dml' ? { enableMemPattern: false } : {}),
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    extra: {
      session: { intra_op: { allow_spinning: '0' } },
      // It would turn products back that are computed turned (kernels/products.ts).
      optimization: { disable_specified_optimizers: 'GemmTransposeFusion' },
    },
  };
}

/** Where a program leaves what it computes: the next state stays on the device if it can. */
function outputLocations(
  { outputs, next }: TracedProgram,
  id: OnnxEngineId,
): InferenceSession.SessionOptions {
  const { state } = PROVIDERS[id];
  if (state === 'cpu') return {};
  return {
    preferredOutputLocation: Object.fromEntries([
      ...outputs.map((name) => [PREFIX.output + name, 'cpu'] as const),
      ...next.map((name) => [PREFIX.next + name, state] as const),
    ]),
  };
}

/** Bytes of state from which on a program gives back what it used after each run. */
const LARGE_STATE = 2 ** 27;

/**
 * ONNX Runtime keeps the memory of a run for the next one. A pre-trained model trains in several programs, each of
 * which would keep gigabytes; asking for them anew was no slower.
 */
function memoryOptions({ state }: Program): InferenceSession.SessionOptions {
  const elements = Object.values(state).map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  const bytes = 4 * elements.reduce((sum, count) => sum + count, 0);
  return bytes < LARGE_STATE ? {} : { enableCpuMemArena: false, enableMemPattern: false };
}

class OnnxProgram implements CompiledProgram {
  private readonly program: Program;
  private readonly traced: TracedProgram;
  private readonly session: SharedSession;

  constructor(program: Program, traced: TracedProgram, session: InferenceSession) {
    this.program = program;
    this.traced = traced;
    this.session = new SharedSession(session);
  }

  private feeds(state: OnnxState, inputs: Record<string, TensorData>): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {};
    for (const name of Object.keys(this.program.state)) {
      feeds[PREFIX.state + name] = state.tensor(name);
    }
    for (const [input, view] of this.traced.views) feeds[input] = state.view(input, view);
    for (const [name, spec] of Object.entries(this.program.inputs)) {
      feeds[PREFIX.input + name] = toTensor(spec, inputs[name]);
    }
    return feeds;
  }

  async run(state: EngineState, inputs: Record<string, TensorData>): Promise<Record<string, TensorData>> {
    const entries = state as OnnxState;
    const results = await this.session.session.run(this.feeds(entries, inputs));
    for (const name of this.traced.next)
      entries.replace(name, results[PREFIX.next + name] as Tensor, this.session);
    for (const step of this.traced.inPlace) entries.stepInPlace(step, results as Record<string, Tensor>);
    return Object.fromEntries(
      this.traced.outputs.map((name) => [name, results[PREFIX.output + name].data as TensorData]),
    );
  }

  dispose(): void {
    this.session.release();
  }
}

export class OnnxEngine implements Engine {
  readonly id: OnnxEngineId;
  private readonly options: OnnxOptions;
  private readonly downloader: Downloader;

  constructor(options: OnnxOptions) {
    this.id = options.id ?? 'onnx';
    this.options = options;
    this.downloader = new Downloader(sessionOptions(options));
  }

  createState(values: StateValues, taken = false): GrowingState {
    return new OnnxState(values, taken, (tensor) => this.downloader.read(tensor));
  }

  async compile(program: Program): Promise<CompiledProgram> {
    checkPrecision(this.id, program);
    const traced = traceProgram(program, this.id === 'onnx' ? this.options.threads : null);
    const options = {
      ...sessionOptions(this.options),
      ...outputLocations(traced, this.id),
      ...memoryOptions(program),
    };
    const session = await InferenceSession.create(traced.model, options);
    return new OnnxProgram(program, traced, session);
  }

  dispose(): void {
    this.downloader.dispose();
  }
}
