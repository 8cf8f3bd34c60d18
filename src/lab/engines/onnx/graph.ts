/** An ONNX graph under construction: nodes are appended in execution order; unused ones are dropped. */
import { ATTRIBUTE_TYPES, DATA_TYPES, encodeModel, type OnnxType } from './proto.ts';

/** A whole number that stays a float attribute. */
interface FloatAttribute {
  float: number;
}
export type Attributes = Record<string, number | string | number[] | FloatAttribute>;

/** A node: an operator applied to named values. */
export interface GraphNode {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes: Attributes;
  domain: string;
}

type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

interface Initializer {
  type: OnnxType;
  shape: readonly number[];
  data: ConstantData;
}

interface ValueInfo {
  name: string;
  type: OnnxType;
  shape: readonly number[];
}

interface InputInfo extends ValueInfo {
  /** Left out where nothing reads it. */
  optional: boolean;
}

const OPSET = 20;
const IR_VERSION = 10;

function attributeProto(name: string, value: Attributes[string]) {
  if (typeof value === 'string')
    return { name, s: new TextEncoder().encode(value), type: ATTRIBUTE_TYPES.string };
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if (Array.isArray(value)) return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
  return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
}

function valueInfoProto({ name, type, shape }: ValueInfo) {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}

function initializerProto(name: string, { type, shape, data }: Initializer) {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape, dataType: DATA_TYPES[type], rawData };
}

/** Builds a graph node by node and serialises it. */
export class Graph {
  private readonly nodes: GraphNode[] = [];
  private readonly producers = new Map<string, GraphNode>();
  private readonly initializers = new Map<string, Initializer>();
  private readonly constantNames = new Map<string, string>();
  private readonly casts = new Map<string, string>();
  private readonly inputs: InputInfo[] = [];
  private readonly outputs: ValueInfo[] = [];
  private values = 0;
  /** Multiplications and additions of all matrix products so far. */
  productFlops = 0;

  private freshName(hint: string): string {
    return `${hint}_${this.values++}`;
  }

  /** Appends a node with one output, whose name is returned. */
  node(op: string, inputs: string[], attributes: Attributes = {}, domain = ''): string {
    return this.multiNode(op, inputs, 1, attributes, domain)[0];
  }

  /** Appends a node with several outputs. */
  multiNode(op: string, inputs: string[], count: number, attributes: Attributes = {}, domain = ''): string[] {
    const outputs = Array.from({ length: count }, () => this.freshName(op));
    const node = { op, inputs, outputs, attributes, domain };
    this.nodes.push(node);
    for (const output of outputs) this.producers.set(output, node);
    return outputs;
  }

  /** A value in another type; cast once, however often it is asked for. */
  cast(value: string, to: OnnxType): string {
    const key = `${to}:${value}`;
    const known = this.casts.get(key);
    if (known !== undefined) return known;
    const name = this.node('Cast', [value], { to: DATA_TYPES[to] });
    this.casts.set(key, name);
    return name;
  }

  /** The node that computes a value; undefined for inputs and constants. */
  producer(value: string): GraphNode | undefined {
    return this.producers.get(value);
  }

  input(name: string, type: OnnxType, shape: readonly number[], optional = false): string {
    this.inputs.push({ name, type, shape, optional });
    return name;
  }

  /** Names a value as an output of the graph. */
  output(name: string, value: string, type: OnnxType, shape: readonly number[]): void {
    const node = { op: 'Identity', inputs: [value], outputs: [name], attributes: {}, domain: '' };
    this.nodes.push(node);
    this.outputs.push({ name, type, shape });
  }

  /** A constant; small equal ones share a name. */
  constant(type: OnnxType, shape: readonly number[], data: ConstantData): string {
    const key = data.length <= 16 ? `${type}[${shape.join()}]:${data.join()}` : null;
    const known = key === null ? undefined : this.constantNames.get(key);
    if (known !== undefined) return known;
    const name = this.freshName('constant');
    this.initializers.set(name, { type, shape, data });
    if (key !== null) this.constantNames.set(key, name);
    return name;
  }

  /** A vector of int64, as shapes and axes are given. */
  ints(...values: number[]): string {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Nodes that an output depends on, in order. */
  private usedNodes(): GraphNode[] {
    const needed = new Set(this.outputs.map(({ name }) => name));
    const used: GraphNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output))) continue;
      node.inputs.forEach((input) => needed.add(input));
      used.push(node);
    }
    return used.reverse();
  }

  /** Output names in place of the values behind them, so that no node is spent on naming. */
  private withoutIdentities(nodes: GraphNode[]): GraphNode[] {
    const renamed = new Map<string, string>();
    const kept = nodes.filter((node) => {
      const [source] = node.inputs;
      if (node.op !== 'Identity' || !this.producers.has(source) || renamed.has(source)) return true;
      renamed.set(source, node.outputs[0]);
      return false;
    });
    const rename = (name: string) => renamed.get(name) ?? name;
    return kept.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
  }

  /** The serialised `ModelProto`, and the names that its nodes read. */
  encode(name: string): { model: Uint8Array; read: Set<string> } {
    const nodes = this.withoutIdentities(this.usedNodes());
    const read = new Set(nodes.flatMap((node) => node.inputs));
    const constants = [...this.initializers].filter(([constant]) => read.has(constant));
    const model = encodeModel({
      irVersion: IR_VERSION,
      producerName: 'credence',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name,
        node: nodes.map(({ op, inputs, outputs, attributes, domain }) => ({
          input: inputs,
          output: outputs,
          opType: op,
          attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
          domain,
        })),
        initializer: constants.map(([constant, value]) => initializerProto(constant, value)),
        input: this.inputs.filter(({ name, optional }) => !optional || read.has(name)).map(valueInfoProto),
        output: this.outputs.map(valueInfoProto),
      },
    });
    return { model, read };
  }
}
