import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the browser client. In development, /ws is that of a server started beside it. */
export default defineConfig({
  root: folder('.'),
  publicDir: folder('../public'),
  build: {
    outDir: folder('../dist/client'),
    emptyOutDir: true,
    target: 'es2022',
    // Pixi is most of it, and is wanted at once.
    chunkSizeWarningLimit: 1024,
    // The polyfill would be for browsers older than the target.
    modulePreload: { polyfill: false },
    // Everything comes from files: the content security policy allows no data: fonts or styles.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/ws': { target: 'ws://127.0.0.1:8080', ws: true } } },
});
