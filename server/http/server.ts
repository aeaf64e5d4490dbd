import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { type AdminOptions, addAdmin } from './admin.ts';
import { addHealth, type Readiness } from './health.ts';
import type { MetricsPage } from './metrics.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { addStaticFiles } from './static-files.ts';

/** What a client may use up before anything is known of it. */
export interface HttpLimits {
  /** Until the headers are complete, in ms; a WebSocket's request counts too. */
  readonly headersMs: number;
  /** Until the whole request is there, in ms. */
  readonly requestMs: number;
  /** How often the two above are looked at, in ms. */
  readonly checkEveryMs: number;
  /** An open connection on which nothing happens, in ms; once it is a WebSocket, the gateway's limits hold instead. */
  readonly idleMs: number;
  readonly maxHeaderBytes: number;
  /** Routes that take more say so. */
  readonly maxBodyBytes: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headersMs: 5_000,
  requestMs: 10_000,
  checkEveryMs: 1_000,
  idleMs: 10_000,
  maxHeaderBytes: 8_192,
  maxBodyBytes: 1_024,
};

/** What logs, for those who know nothing of the HTTP library; pino's loggers do. */
export type HttpLogger = FastifyBaseLogger;

export interface HttpOptions {
  /** The built client; a page that says so is served while it is missing. */
  readonly clientDir: string;
  readonly ready: () => Readiness;
  readonly metrics: MetricsPage;
  /** Without it there is no `/admin`. */
  readonly admin?: AdminOptions;
  /** Silence without one. */
  readonly logger?: HttpLogger | undefined;
  readonly limits?: HttpLimits;
}

const INDEX_PATHS: readonly string[] = ['/', '/index.html'];
const NOT_BUILT = 'The browser client has not been built. Run "npm run build" and load this page again.\n';

/**
 * Everything that is plain HTTP, not yet listening: the client's files, health and metrics. `instance.server` is for
 * the gateway to take upgrades from; `instance.close()` closes connections too, but not WebSockets.
 */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const limits = options.limits ?? HTTP_LIMITS;
  const app: FastifyInstance = Fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    // Never a line per request.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.maxBodyBytes,
    connectionTimeout: limits.idleMs,
    keepAliveTimeout: limits.idleMs,
    requestTimeout: limits.requestMs,
    forceCloseConnections: true,
    // What is asked for is meant as it is written: nothing is left out of it, or read as something else.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
    http: {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      maxHeaderSize: limits.maxHeaderBytes,
    },
  });

  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    // A person has to look at it; the peer learns nothing of our insides.
    app.log.error(error);
    return reply.code(500).send({ error: 'Something went wrong on the server.' });
  });
  app.setNotFoundHandler((request, reply) => {
    // The index is the one file that must be there.
    const path = request.url.split('?', 1)[0] as string;
    if (INDEX_PATHS.includes(path) && (request.method === 'GET' || request.method === 'HEAD')) {
      return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    }
    return reply.code(404).send({ error: 'There is nothing here.' });
  });

  await addSecurityHeaders(app);
  await addStaticFiles(app, options.clientDir);
  addHealth(app, options.ready);
  if (options.admin !== undefined) await addAdmin(app, options.admin);
  app.get('/metrics', async (_request, reply) => {
    reply.header('cache-control', 'no-store').type(options.metrics.contentType);
    return options.metrics.render();
  });
  app.get('/ws', (_request, reply) =>
    reply.code(426).header('upgrade', 'websocket').send({ error: 'This address speaks WebSocket only.' }),
  );
  return app;
}
