import { connect } from 'node:net';

/** An answer that has not begun after this is not waited for, in ms: the server waits for more of the request. */
const PATIENCE_MS = 40;

/** What came of an input. */
export interface InputEnd {
  /** Of HTTP; undefined when nothing came that is an answer. */
  readonly status: number | undefined;
  readonly answer: string;
}

/** Sends bytes on a connection of their own, and gives what comes back until there is an answer, or none in time. */
export function tryInput(port: number, bytes: Uint8Array): Promise<InputEnd> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let answer = '';
    let isConnected = false;
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
      resolve({ status: status === undefined ? undefined : Number(status), answer });
    };
    const timer = setTimeout(end, PATIENCE_MS);
    socket.on('connect', () => {
      isConnected = true;
      socket.write(bytes);
    });
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
      // All of a frame or a page need not be seen: but for a handshake, what is behind it has to be read by the server.
      if (!answer.startsWith('HTTP/1.1 101')) end();
    });
    socket.on('error', (error) => {
      if (isConnected) end();
      else {
        clearTimeout(timer);
        reject(error);
      }
    });
    socket.on('close', end);
  });
}
