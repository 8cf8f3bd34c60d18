/**
 * The log that W&B keeps of a run (`run-ID.wandb`): records in LevelDB's log format, blocks of 32 KiB, each piece with
 * a checksum (CRC-32 as in zlib, over type and data), behind a header of W&B's own (wandb/sdk/internal/datastore.py,
 * wandb 0.19).
 */
import { crc32 } from 'node:zlib';
import { showValue, UserError } from '#shared/errors.ts';

const BLOCK = 32 * 1024;
const HEAD = 7;
const IDENT = ':W&B';
const MAGIC = 0xbee1;
/** A whole record, or its first, middle and last piece. */
const PIECE = { full: 1, first: 2, middle: 3, last: 4 };
const BEGINS = [PIECE.full, PIECE.first];
const ENDS = [PIECE.full, PIECE.last];

/** The largest record that is read: a step of numbers takes some kilobytes, tables beside them may take megabytes. */
const MAX_RECORD = 64 * 1024 * 1024;

/** What was read. */
interface WandbLogEnd {
  records: number;
  /** Bytes at the end that are no whole record, as of a run that was killed. */
  cut: number;
}

/**
 * Reads the records of a run's log, chunk by chunk; their bytes are told one by one.
 * @param file its name, for errors
 * @throws UserError `series.wandb` naming the file, where it stands and the remedy
 */
export async function readWandbLog(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  tell: (record: Buffer) => void,
): Promise<WandbLogEnd> {
  const records = new Records(file, tell);
  let [rest, at] = [Buffer.alloc(0), 0];
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (let size = records.take(rest, at); size > 0; size = records.take(rest, at)) {
      at += size;
      rest = rest.subarray(size);
    }
  }
  if (records.told === 0) throw wrong(file, at, 'there is no whole record');
  return { records: records.told, cut: at + rest.length - records.end };
}

class Records {
  told = 0;
  /** Where the last whole record ended. */
  end = 0;
  private pieces: Buffer[] = [];
  private readonly file: string;
  private readonly tell: (record: Buffer) => void;

  constructor(file: string, tell: (record: Buffer) => void) {
    this.file = file;
    this.tell = tell;
  }

  /** Bytes of the header, padding or piece that stands at `at`; 0 where it is not all there yet. */
  take(bytes: Buffer, at: number): number {
    const left = BLOCK - (at % BLOCK);
    const padding = left < HEAD;
    if (bytes.length < Math.min(left, HEAD)) return 0;
    if (at === 0) return this.header(bytes);
    if (!padding) return this.piece(bytes, at, left);
    if (bytes.subarray(0, left).some((byte) => byte !== 0))
      throw wrong(this.file, at, 'the end of a block is not empty');
    return left;
  }

  private header(bytes: Buffer): number {
    if (bytes.toString('latin1', 0, 4) !== IDENT || bytes.readUInt16LE(4) !== MAGIC)
      throw wrong(this.file, 0, 'the header is not that of W&B');
    if (bytes[6] !== 0)
      throw wrong(this.file, 6, `it is of version ${bytes[6]}, and version 0 alone is read`);
    return HEAD;
  }

  private piece(bytes: Buffer, at: number, left: number): number {
    const size = HEAD + bytes.readUInt16LE(4);
    const type = bytes[6];
    if (size > left) throw wrong(this.file, at, 'a piece of a record goes beyond its block');
    if (bytes.length < size) return 0;
    const data = bytes.subarray(HEAD, size);
    if (crc32(data, crc32(bytes.subarray(6, HEAD))) !== bytes.readUInt32LE(0))
      throw wrong(this.file, at, 'the checksum does not fit');
    if (BEGINS.includes(type) !== (this.pieces.length === 0) || type > PIECE.last || type < PIECE.full)
      throw wrong(this.file, at, 'a piece of a record is out of place');
    this.add(data, at, { type, end: at + size });
    return size;
  }

  private add(data: Buffer, at: number, { type, end }: { type: number; end: number }): void {
    // What is kept outlives the chunk that it came in.
    this.pieces.push(type === PIECE.full ? data : Buffer.from(data));
    const length = this.pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > MAX_RECORD)
      throw wrong(this.file, at, `a record has ${length} bytes, and no more than ${MAX_RECORD} are read`);
    if (!ENDS.includes(type)) return;
    this.tell(this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.pieces));
    this.pieces = [];
    this.told++;
    this.end = end;
  }
}

/** An error about the log, with where it stands. */
function wrong(file: string, at: number, what: string): UserError {
  return new UserError(
    'series.wandb',
    `${showValue(file, 200)}: byte ${at}: ${what}; it is no log of a W&B run or is damaged, copy it again`,
  );
}
