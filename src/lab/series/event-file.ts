/** TensorBoard event files: TFRecords (length, checksum, data, checksum), each an Event protobuf. */
import { showValue, UserError } from '#shared/errors.ts';
import { maskedCrc32c } from './crc32c.ts';
import { decodeEvent, type Tensor } from './event-proto.ts';

/** One number of one tag; NaN and infinities as they stand. */
export interface ScalarEvent {
  tag: string;
  step: number;
  value: number;
}

/** What a file held beside its scalars. */
export interface EventFileEnd {
  records: number;
  /** Bytes of a last record that is not whole, as of a writer that was stopped; 0 where there is none. */
  cut: number;
  /** Values that are no scalar: texts, pictures, histograms. */
  others: number;
}

/** The largest record that is read: scalars take some hundred bytes, pictures beside them may take megabytes. */
const MAX_RECORD = 64 * 1024 * 1024;
const HEAD = 12;
const FOOT = 4;
const [DT_FLOAT, DT_DOUBLE] = [1, 2];

/**
 * Reads the scalars of an event file, chunk by chunk; they are told one by one.
 * @param file its name, for errors
 * @throws UserError `series.event-file` naming the file, the record, where it stands and the remedy
 */
export async function readEventFile(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  tell: (scalar: ScalarEvent) => void,
): Promise<EventFileEnd> {
  const end: EventFileEnd = { records: 0, cut: 0, others: 0 };
  let [rest, at] = [Buffer.alloc(0), 0];
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (let size = recordSize(file, rest, at); size !== null; size = recordSize(file, rest, at)) {
      end.others += tellRecord(
        file,
        rest.subarray(HEAD, size - FOOT),
        rest.readUInt32LE(size - FOOT),
        at,
        tell,
      );
      end.records++;
      at += size;
      rest = rest.subarray(size);
    }
  }
  if (end.records === 0) throw wrong(file, 0, 'there is no whole record');
  return { ...end, cut: rest.length };
}

/** Bytes of the record that begins here, or null where it is not all there yet. */
function recordSize(file: string, bytes: Buffer, at: number): number | null {
  if (bytes.length < HEAD) return null;
  if (maskedCrc32c(bytes.subarray(0, 8)) !== bytes.readUInt32LE(8))
    throw wrong(file, at, 'the checksum of the length does not fit');
  const length = bytes.readBigUInt64LE(0);
  if (length > MAX_RECORD)
    throw wrong(file, at, `it has ${length} bytes, and no more than ${MAX_RECORD} are read`);
  const size = HEAD + Number(length) + FOOT;
  return bytes.length < size ? null : size;
}

/** @returns values that are no scalar */
function tellRecord(
  file: string,
  data: Buffer,
  checksum: number,
  at: number,
  tell: (scalar: ScalarEvent) => void,
): number {
  if (maskedCrc32c(data) !== checksum) throw wrong(file, at, 'the checksum of the data does not fit');
  const { step, summary } = decoded(file, data, at);
  let others = 0;
  for (const { tag, content, simpleValue, tensor } of summary?.value ?? []) {
    const value = content === 'simpleValue' ? simpleValue : tensor ? scalarOf(tensor) : undefined;
    if (value === undefined) others++;
    else tell({ tag, step: Number(step), value });
  }
  return others;
}

function decoded(file: string, data: Buffer, at: number) {
  try {
    return decodeEvent(data);
  } catch {
    throw wrong(file, at, 'its data are no Event');
  }
}

/** The number of a tensor that holds one. */
function scalarOf({ dtype, content, floats, doubles }: Tensor): number | undefined {
  const bytes = Buffer.from(content);
  if (dtype === DT_FLOAT) return bytes.length === 4 ? bytes.readFloatLE(0) : only(floats);
  if (dtype === DT_DOUBLE) return bytes.length === 8 ? bytes.readDoubleLE(0) : only(doubles);
  return undefined;
}

const only = (values: number[]) => (values.length === 1 ? values[0] : undefined);

function wrong(file: string, at: number, what: string): UserError {
  return new UserError(
    'series.event-file',
    `${showValue(file)}: record at byte ${at}: ${what}; it is no TensorBoard event file or is damaged, copy it again`,
  );
}
