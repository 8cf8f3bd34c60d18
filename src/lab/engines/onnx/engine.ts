/** The default engine: programs traced into ONNX graphs and run by ONNX Runtime on the CPU. */
import { availableParallelism, cpus } from 'node:os';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type {
  CompiledProgram,
  Engine,
  EngineState,
  Program,
  StateValues,
  TensorData,
  TensorSpec,
} from '../engine.ts';
import { checkedEntry } from '../entries.ts';
import { PREFIX, traceProgram, type TracedProgram } from './trace.ts';

env.logLevel = 'error';

/** Device and version, for people. */
export function onnxDetail(): string {
  const [cpu] = cpus();
  return `CPU (${cpu?.model.trim() ?? process.arch}, ${availableParallelism()} cores), ONNX Runtime ${env.versions.node ?? env.versions.common}`;
}

export interface OnnxOptions {
  /** Threads of one step. One is right where each core trains a seed of its own. */
  threads: number;
  /** Where ONNX Runtime writes a profile of each program (prefix of a file name); none unless said. */
  profile?: string;
}

/** State entries as ONNX Runtime's tensors: a step's results are the next step's operands, uncopied. */
class OnnxState implements EngineState {
  readonly tensors: Map<string, Tensor>;

  constructor(values: StateValues) {
    this.tensors = new Map(
      Object.entries(values).map(([name, { spec, data }]) => [name, toTensor(spec, data.slice())]),
    );
  }

  read(name: string): Promise<TensorData> {
    return Promise.resolve((checkedEntry(this.tensors, name).data as TensorData).slice());
  }

  dispose(): void {
    this.tensors.clear();
  }
}

function toTensor({ shape, dtype }: TensorSpec, data: TensorData): Tensor {
  return new Tensor(dtype, data, shape);
}

function sessionOptions({ threads, profile }: OnnxOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

class OnnxProgram implements CompiledProgram {
  private readonly program: Program;
  private readonly traced: TracedProgram;
  private readonly session: InferenceSession;

  constructor(program: Program, traced: TracedProgram, session: InferenceSession) {
    this.program = program;
    this.traced = traced;
    this.session = session;
  }

  private feeds(state: OnnxState, inputs: Record<string, TensorData>): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {};
    for (const name of Object.keys(this.program.state)) {
      feeds[PREFIX.state + name] = checkedEntry(state.tensors, name);
    }
    for (const [name, spec] of Object.entries(this.program.inputs)) {
      feeds[PREFIX.input + name] = toTensor(spec, inputs[name]);
    }
    return feeds;
  }

  async run(state: EngineState, inputs: Record<string, TensorData>): Promise<Record<string, TensorData>> {
    const { tensors } = state as OnnxState;
    const results = await this.session.run(this.feeds(state as OnnxState, inputs));
    for (const name of this.traced.next) tensors.set(name, results[PREFIX.next + name] as Tensor);
    return Object.fromEntries(
      this.traced.outputs.map((name) => [name, results[PREFIX.output + name].data as TensorData]),
    );
  }

  dispose(): void {
    void this.session.release();
  }
}

export class OnnxEngine implements Engine {
  readonly id = 'onnx';
  private readonly options: OnnxOptions;

  constructor(options: OnnxOptions) {
    this.options = options;
  }

  createState(values: StateValues): EngineState {
    return new OnnxState(values);
  }

  async compile(program: Program): Promise<CompiledProgram> {
    const traced = traceProgram(program);
    const session = await InferenceSession.create(traced.model, sessionOptions(this.options));
    return new OnnxProgram(program, traced, session);
  }

  dispose(): void {}
}
