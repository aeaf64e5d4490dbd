import 'pixi.js/unsafe-eval';
import { type Container, WebGLRenderer } from 'pixi.js';

/** Textures in one batch: the fewer, the shorter the shader's search for each pixel, which software pays for. */
const BATCH_TEXTURES = 2;

/** How drivers call themselves that draw without a graphics card. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Pixi's renderer, sized in pixels of the canvas. */
export interface Renderer {
  readonly canvas: HTMLCanvasElement;
  /** Whether the processor does the work of a graphics card: every pixel is dear then. */
  readonly isSoftware: boolean;
  /**
   * Whether the graphics card has given up the picture, as when its driver starts anew or another page needs the memory.
   * Nothing can be drawn then. When the browser has it back all textures are sent again by themselves.
   */
  readonly isLost: boolean;
  /** @param colour 0xRRGGBB, seen where nothing is drawn */
  setBackground(colour: number): void;
  resize(width: number, height: number): void;
  render(root: Container): void;
  stop(): void;
}

/**
 * Starts WebGL on a canvas of its own.
 * @param background 0xRRGGBB, seen where nothing is drawn
 * @throws when there is no WebGL
 */
export async function startRenderer(background: number): Promise<Renderer> {
  const renderer = new WebGLRenderer();
  await renderer.init({
    width: 1,
    height: 1,
    resolution: 1,
    autoDensity: false,
    antialias: false,
    roundPixels: true,
    background,
    preferWebGLVersion: 2,
    powerPreference: 'low-power',
    // What would be imported besides are systems that are not used here: events, accessibility, text, filters.
    skipExtensionImports: true,
  });
  renderer.limits.maxBatchableTextures = Math.min(BATCH_TEXTURES, renderer.limits.maxBatchableTextures);
  return {
    canvas: renderer.canvas as HTMLCanvasElement,
    isSoftware: SOFTWARE.test(driverOf(renderer.gl)),
    // Pixi asks the browser to bring a lost picture back.
    get isLost() {
      return renderer.context.isLost;
    },
    setBackground: (colour) => {
      renderer.background.color = colour;
    },
    resize: (width, height) => renderer.resize(width, height, 1),
    render: (root) => renderer.render({ container: root }),
    stop: () => renderer.destroy(true),
  };
}

function driverOf(gl: WebGLRenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
}
