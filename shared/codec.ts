import { Packr } from 'msgpackr';

/**
 * MessagePack: the only importer of msgpackr. The options keep its output standard MessagePack; its
 * decoder takes more than that, so whatever a peer sends is pre-scanned first.
 */
const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

/** Packs one value as standard MessagePack. */
export const pack = (value: unknown): Uint8Array => packr.pack(value);

/** Unpacks concatenated values; throws on what is not MessagePack. */
export function unpackAll(bytes: Uint8Array): unknown[] {
  if (bytes.length === 0) return [];
  return packr.unpackMultiple(bytes) as unknown[];
}

/** Joins encoded messages into one frame. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
