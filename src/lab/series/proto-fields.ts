/** Fields of protobufs, as protobufjs takes them. */

/** A field that holds any number of values. */
export const list = (id: number, type: string) => ({ id, type, rule: 'repeated' });
