import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Headers on every answer that keep a page of ours from running, loading or being framed by anything else. */
export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        // Textures that the client draws itself are data: and blob: URLs.
        'img-src': ["'self'", 'data:', 'blob:'],
        // Older browsers do not count a WebSocket to the same host as 'self'.
        'connect-src': ["'self'", 'ws:', 'wss:'],
        'worker-src': ["'self'", 'blob:'],
        'object-src': ["'none'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        // Would send every request of a page served over plain http to https, where nobody listens.
        'upgrade-insecure-requests': null,
      },
    },
    // Whether https is there to stay is for the proxy to say that ends it.
    strictTransportSecurity: false,
    // Browsers ignore these two over plain http, and complain of it on the console at every load.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}
