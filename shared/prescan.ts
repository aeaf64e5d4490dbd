/** What a byte string from a peer may hold before it is unpacked. */
export interface PrescanLimits {
  /** Deepest nesting of arrays; a message's own array is depth 1. */
  readonly depth: number;
  /** Most values, containers included. */
  readonly values: number;
  /** Most values at the top: the messages of a frame. */
  readonly messages: number;
}

/**
 * Walks over concatenated MessagePack values without building anything. Allowed are nil, booleans, integers, floats,
 * str, bin and arrays; not maps, extensions and the unused byte 0xc1, which the library's decoder would take for more
 * than MessagePack. Returns what is wrong in a few words, or undefined when all is well and the bytes end exactly.
 */
export function prescan(bytes: Uint8Array, limits: PrescanLimits): string | undefined {
  const end = bytes.length;
  let at = 0;
  let values = 0;
  let messages = 0;
  /** How many values are still to come in each open array. */
  const open: number[] = [];

  while (at < end) {
    if (++values > limits.values) return 'too many values';
    if (open.length === 0 && ++messages > limits.messages) return 'too many messages';
    const first = bytes[at++] as number;
    let items = -1;
    if (first <= 0x7f || first >= 0xe0) {
      // a small integer
    } else if (first <= 0x8f) return 'a map';
    else if (first <= 0x9f) items = first & 0x0f;
    else if (first <= 0xbf) at += first & 0x1f;
    else {
      switch (first) {
        case 0xc0:
        case 0xc2:
        case 0xc3:
          break;
        case 0xcc:
        case 0xd0:
          at += 1;
          break;
        case 0xcd:
        case 0xd1:
          at += 2;
          break;
        case 0xca:
        case 0xce:
        case 0xd2:
          at += 4;
          break;
        case 0xcb:
        case 0xcf:
        case 0xd3:
          at += 8;
          break;
        case 0xc4:
        case 0xd9:
          if (at + 1 > end) return 'cut short';
          at += 1 + (bytes[at] as number);
          break;
        case 0xc5:
        case 0xda:
          if (at + 2 > end) return 'cut short';
          at += 2 + uint16(bytes, at);
          break;
        case 0xc6:
        case 0xdb:
          if (at + 4 > end) return 'cut short';
          at += 4 + uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
          break;
        case 0xdc:
          if (at + 2 > end) return 'cut short';
          items = uint16(bytes, at);
          at += 2;
          break;
        case 0xdd:
          if (at + 4 > end) return 'cut short';
          items = uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
          at += 4;
          break;
        default:
          return 'a type outside the protocol';
      }
    }
    if (at > end) return 'cut short';
    if (items >= 0 && open.length === limits.depth) return 'nested too deep';
    if (items > 0) {
      open.push(items);
      continue;
    }
    while (open.length > 0) {
      const left = (open[open.length - 1] as number) - 1;
      if (left > 0) {
        open[open.length - 1] = left;
        break;
      }
      open.pop();
    }
  }
  return open.length > 0 ? 'cut short' : undefined;
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
