/** The part of TensorBoard's protobufs that scalars stand in (tensorboard/compat/proto: event, summary, tensor). */
import protobuf from 'protobufjs';
import { list } from './proto-fields.ts';

const EVENT = protobuf.Root.fromJSON({
  nested: {
    Event: { fields: { step: { id: 2, type: 'int64' }, summary: { id: 5, type: 'Summary' } } },
    Summary: { fields: { value: list(1, 'Value') } },
    Value: {
      oneofs: { content: { oneof: ['simpleValue', 'tensor'] } },
      fields: {
        tag: { id: 1, type: 'string' },
        simpleValue: { id: 2, type: 'float' },
        tensor: { id: 8, type: 'Tensor' },
      },
    },
    Tensor: {
      fields: {
        dtype: { id: 1, type: 'int32' },
        content: { id: 4, type: 'bytes' },
        floats: list(5, 'float'),
        doubles: list(6, 'double'),
      },
    },
  },
}).lookupType('Event');

export interface Tensor {
  dtype: number;
  content: Uint8Array;
  floats: number[];
  doubles: number[];
}

interface Event {
  step: number | { toNumber(): number };
  summary: { value: { tag: string; content?: string; simpleValue: number; tensor: Tensor | null }[] } | null;
}

/** @throws Error where the bytes are no such message */
export function decodeEvent(bytes: Uint8Array): Event {
  return EVENT.decode(bytes) as unknown as Event;
}
