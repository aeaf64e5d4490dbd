import { constants } from 'node:zlib';
import { PNG } from 'pngjs';
import type { HtmlTagDescriptor, Plugin } from 'vite';
import { drawIcon } from './view/art/icon-art.ts';
import type { Pixels } from './view/art/pixels.ts';
import { drawSheet } from './view/art/sheet.ts';

/** What client/view/atlas.ts imports. */
const MODULE = 'virtual:atlas';
/** As bundlers mark what is no file. */
const RESOLVED = `\0${MODULE}`;
const ATLAS = 'atlas.png';

/** The icons of the installed game; public/manifest.webmanifest and index.html name them. */
const ICONS = [
  { file: 'icons/180.png', size: 180, isMaskable: true },
  { file: 'icons/192.png', size: 192, isMaskable: false },
  { file: 'icons/512.png', size: 512, isMaskable: false },
  { file: 'icons/512-maskable.png', size: 512, isMaskable: true },
] as const;

/**
 * Draws the pictures when the client is built. The atlas becomes a PNG among the assets, which the page names as wanted
 * at once, and `virtual:atlas` tells where it is and where in it each picture lies; in development the PNG is in the
 * address itself. The icons become PNGs of fixed names.
 */
export function atlasPlugin(): Plugin {
  let isBuild = false;
  let base = '/';
  return {
    name: 'flatlands-atlas',
    configResolved(config) {
      isBuild = config.command === 'build';
      base = config.base;
    },
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      const { pixels, frames } = drawSheet();
      const png = encodePng(pixels);
      const url = isBuild
        ? `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'asset', name: ATLAS, source: png })}`
        : JSON.stringify(`data:image/png;base64,${png.toString('base64')}`);
      return `export const url = ${url};\nexport const frames = ${JSON.stringify(frames)};\n`;
    },
    buildStart() {
      if (!isBuild) return;
      for (const { file, size, isMaskable } of ICONS) {
        this.emitFile({ type: 'asset', fileName: file, source: encodePng(drawIcon(size, isMaskable)) });
      }
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const files = Object.values(bundle ?? {}).filter((file) => file.type === 'asset' && file.names.includes(ATLAS));
        // As the client fetches it, or the browser would fetch it twice.
        return files.map(({ fileName }): HtmlTagDescriptor => {
          const attrs = { rel: 'preload', as: 'fetch', type: 'image/png', crossorigin: true, href: base + fileName };
          return { tag: 'link', attrs, injectTo: 'head' };
        });
      },
    },
  };
}

/** A picture as a PNG, the same bytes for the same pixels. */
export function encodePng({ width, height, bytes }: Pixels): Buffer {
  const png = new PNG({ width, height });
  // A PNG's colours are not multiplied with their alpha.
  for (let at = 0; at < bytes.length; at += 4) {
    const alpha = bytes[at + 3] as number;
    for (let channel = 0; channel < 3; channel++) {
      png.data[at + channel] = alpha === 0 ? 0 : Math.round(((bytes[at + channel] as number) * 255) / alpha);
    }
    png.data[at + 3] = alpha;
  }
  // Pixel art has few colours and no gradients: it packs best unfiltered, and with zlib's usual strategy by far.
  return PNG.sync.write(png, { filterType: 0, deflateLevel: 9, deflateStrategy: constants.Z_DEFAULT_STRATEGY });
}
