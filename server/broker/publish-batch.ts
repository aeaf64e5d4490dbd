import { Command } from 'ioredis';
import type { Publication } from './broker.ts';

export type PublishCommand = 'PUBLISH' | 'SPUBLISH';

const REPLY_OFF = Buffer.from('*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n');
const REPLY_ON = Buffer.from('*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n');
const ENVELOPE_BYTES = REPLY_OFF.length + REPLY_ON.length;
/** Most that one message needs around its channel's name and its payload: markers, lengths and line ends. */
const FRAMING_BYTES = 64;
/** UTF-8 bytes per UTF-16 unit, at most. */
const MAX_UNIT_BYTES = 3;

/**
 * Many publications as one command with one answer. Their own answers, the number of subscribers, nobody wants; the
 * server is told to keep them to itself from here (`CLIENT REPLY OFF`) to the end (`CLIENT REPLY ON`, which is
 * answered). So a publication costs its bytes, not a command object, two promises and an answer to parse: a
 * tenth. An error of a single publication stays unknown in this way.
 */
export class PublishBatch extends Command {
  readonly #bytes: Buffer;

  constructor(command: PublishCommand, messages: readonly Publication[]) {
    super('client', ['REPLY', 'ON']);
    this.#bytes = encode(command, messages);
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }
}

/** How many bytes a message takes on its way, at most. */
export const bytesOf = ({ channel, payload }: Publication): number =>
  channel.length * MAX_UNIT_BYTES + payload.length + FRAMING_BYTES;

function encode(command: PublishCommand, messages: readonly Publication[]): Buffer {
  let size = ENVELOPE_BYTES;
  for (const message of messages) size += bytesOf(message);
  const buffer = Buffer.allocUnsafe(size);
  const head = `*3\r\n$${command.length}\r\n${command}\r\n$`;
  let at = REPLY_OFF.copy(buffer, 0);
  for (const { channel, payload } of messages) {
    at += buffer.write(`${head}${Buffer.byteLength(channel)}\r\n${channel}\r\n$${payload.length}\r\n`, at);
    buffer.set(payload, at);
    at += payload.length;
    buffer[at++] = 0x0d;
    buffer[at++] = 0x0a;
  }
  at += REPLY_ON.copy(buffer, at);
  return buffer.subarray(0, at);
}
