/**
 * The part of W&B's protobufs that the history of a run stands in (wandb/proto/wandb_internal.proto: Record,
 * RunRecord, ConfigRecord, HistoryRecord and their items).
 */
import protobuf from 'protobufjs';
import { list } from './proto-fields.ts';

const RECORD = protobuf.Root.fromJSON({
  nested: {
    Record: {
      fields: {
        history: { id: 2, type: 'History' },
        config: { id: 5, type: 'Config' },
        run: { id: 17, type: 'Run' },
      },
    },
    Run: {
      fields: {
        runId: { id: 1, type: 'string' },
        config: { id: 4, type: 'Config' },
        displayName: { id: 8, type: 'string' },
      },
    },
    Config: { fields: { update: list(1, 'Item') } },
    History: { fields: { item: list(1, 'Item') } },
    Item: {
      fields: {
        key: { id: 1, type: 'string' },
        nestedKey: list(2, 'string'),
        valueJson: { id: 16, type: 'string' },
      },
    },
  },
}).lookupType('Record');

/** A value of a history or a config: its key, or the keys that lead to it, and its JSON as Python writes it. */
export interface WandbItem {
  key: string;
  nestedKey: string[];
  valueJson: string;
}

interface Config {
  update: WandbItem[];
}

/** What one record says; null of what it is not about. */
export interface WandbRecord {
  history: { item: WandbItem[] } | null;
  config: Config | null;
  run: { runId: string; displayName: string; config: Config | null } | null;
}

/** @throws Error where the bytes are no such message */
export function decodeWandbRecord(bytes: Uint8Array): WandbRecord {
  return RECORD.decode(bytes) as unknown as WandbRecord;
}
