/** Floats of 16 bits: bfloat16 (the upper half of a float32) and float16 (IEEE half precision). */

/** Types whose values become float32 exactly. */
export const FLOAT_TYPES: readonly string[] = ['F32', 'BF16', 'F16'] satisfies FloatType[];

export type FloatType = 'F32' | 'BF16' | 'F16';

/**
 * Turns 16-bit floats, which fill the second half of an array's bytes, into the float32 values of the array. Going
 * forwards, a value is only written over halves that were read already, so that no second buffer is needed.
 */
export function expandHalves(target: Float32Array, dtype: 'BF16' | 'F16'): void {
  const { buffer, byteOffset, length } = target;
  const halves = new Uint16Array(buffer, byteOffset + 2 * length, length);
  const bits = new Uint32Array(buffer, byteOffset, length);
  if (dtype === 'BF16') for (let i = 0; i < length; i++) bits[i] = halves[i] << 16;
  else {
    const table = float16Table();
    for (let i = 0; i < length; i++) bits[i] = table[halves[i]];
  }
}

let table: Uint32Array | null = null;

/** The float32 bits of each of the 65 536 halves. */
function float16Table(): Uint32Array {
  return (table ??= Uint32Array.from({ length: 1 << 16 }, (_, half) => float16Bits(half)));
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

function bitsOf(value: number): number {
  scratch[0] = value;
  return scratchBits[0];
}

function float16Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign | bitsOf(fraction * 2 ** -24);
  return sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
}

/**
 * Rounds float32 values to 16 bits, to the nearest and ties to even.
 * @returns the index of the first finite value that became infinite, −1 where none did
 */
export function roundHalves(values: Float32Array, dtype: 'BF16' | 'F16', halves: Uint16Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const round = dtype === 'BF16' ? bfloat16Of : float16Of;
  const infinity = dtype === 'BF16' ? 0x7f80 : 0x7c00;
  let overflow = -1;
  for (let i = 0; i < values.length; i++) {
    halves[i] = round(bits[i]);
    if ((halves[i] & 0x7fff) === infinity && overflow < 0 && Number.isFinite(values[i])) overflow = i;
  }
  return overflow;
}

function bfloat16Of(bits: number): number {
  // A NaN whose upper half is that of an infinity must stay one.
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function float16Of(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  // 65 520 and more round to infinity; below 2⁻¹⁴ halves are multiples of 2⁻²⁴.
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size < 0x38800000) return sign | smallHalf(size);
  return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
}

function smallHalf(size: number): number {
  scratchBits[0] = size;
  const units = scratch[0] * 2 ** 24;
  const below = Math.floor(units);
  const rest = units - below;
  return below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
}
