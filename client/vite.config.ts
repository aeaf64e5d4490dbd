import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { atlasPlugin } from './atlas-plugin.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Leaves out of Pixi what it would bring by itself. Where it runs it looks for events, accessibility and filters to
 * suit; the renderer is started without (view/renderer.ts), so they would never be fetched, but they would be built,
 * and the rest split around them. Nor is there any spritesheet file to load.
 */
const withoutPixiExtras: Plugin = {
  name: 'flatlands-pixi-extras',
  transform: {
    filter: { id: /pixi\.js\/lib\/(environment-\w+\/\w+Ext|spritesheet\/init)\.mjs$/ },
    handler: (code, id) => (id.includes('spritesheet') ? 'export {};' : code.replace(/await import\([^)]*\)/, '')),
  },
};

/** The typeface's letters that nearly every text needs; others come when there is a text with them. */
const FIRST_FONT = /-latin-600-normal-[\w-]+\.woff2$/;

/** Names the typeface in the page, for a browser looks for it only once there is a heading to set in it. */
const preloadedFonts: Plugin = {
  name: 'flatlands-fonts',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle }) {
      const fonts = Object.keys(bundle ?? {}).filter((file) => FIRST_FONT.test(file));
      return fonts.map((file) => {
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${file}` };
        return { tag: 'link', attrs, injectTo: 'head' };
      });
    },
  },
};

/** Builds the browser client. In development, /ws is that of a server started beside it. */
export default defineConfig({
  root: folder('.'),
  publicDir: folder('../public'),
  plugins: [atlasPlugin(), preloadedFonts, withoutPixiExtras],
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
