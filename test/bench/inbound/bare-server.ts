/**
 * A server that reads and does nothing else, in a process of its own: what the bytes cost that come in. Says where it
 * listens once it does, and how many bytes have come whenever it is asked; ends with the process that started it.
 */
import { type AddressInfo, createServer } from 'node:net';

let bytes = 0;
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (data) => {
    bytes += data.length;
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', () => process.send?.(bytes));
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
