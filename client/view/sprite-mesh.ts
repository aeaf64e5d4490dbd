import {
  Buffer,
  BufferUsage,
  type Container,
  Geometry,
  GlProgram,
  Mesh,
  Shader,
  type Texture,
  type TextureSource,
} from 'pixi.js';
import { SpriteTable, type TableSprite, WORDS } from './sprite-table.ts';

const BYTES = WORDS * 4;
/** Room for sprites in the beginning; it doubles when they become more. */
const FIRST_ROOM = 64;

const VERTEX = `
in vec2 aCorner;
in vec2 aPlace;
in vec2 aSize;
in vec4 aPart;
in vec4 aColour;
out vec2 vPoint;
out vec4 vColour;
uniform mat3 uProjectionMatrix;
uniform mat3 uWorldTransformMatrix;
uniform mat3 uTransformMatrix;
uniform vec4 uWorldColorAlpha;
uniform vec4 uColor;
uniform vec2 uSheetSize;

void main() {
  mat3 toPixels = uWorldTransformMatrix * uTransformMatrix;
  // On whole pixels, or the texels at the edges would flicker.
  vec2 first = floor((toPixels * vec3(aPlace, 1.0)).xy + 0.5);
  vec2 pixel = first + (toPixels * vec3(aSize * aCorner, 0.0)).xy;
  gl_Position = vec4((uProjectionMatrix * vec3(pixel, 1.0)).xy, 0.0, 1.0);
  vPoint = (aPart.xy + aPart.zw * aCorner) / uSheetSize;
  vColour = vec4(aColour.rgb * aColour.a, aColour.a) * uColor * uWorldColorAlpha;
}`;

const FRAGMENT = `precision highp float;
in vec2 vPoint;
in vec4 vColour;
out vec4 finalColor;
uniform sampler2D uTexture;

void main() {
  finalColor = texture(uTexture, vPoint) * vColour;
}`;

/**
 * Draws the sprites of one container as one mesh, a thousand of which cost Pixi what one sprite does: they are rows of a
 * table, which is handed over each frame. What counts of a sprite is its texture (of the mesh's sheet), position, anchor,
 * scale, alpha, tint, visibility, and zIndex where they are sorted. Light and blend mode are those of the container.
 */
export class SpriteMesh extends Mesh<Geometry, Shader> {
  readonly #table: SpriteTable;
  readonly #sprites: TableSprite[] = [];
  readonly #instances: Buffer;
  #floats = new Float32Array(0);
  #words = new Uint32Array(0);

  /** The mesh of a container, which gets one if it has none; sorted when its children are. */
  static of(parent: Container, sheet: TextureSource): SpriteMesh {
    const there = parent.children.find((child) => child instanceof SpriteMesh);
    return there ?? parent.addChild(new SpriteMesh(sheet, parent.sortableChildren));
  }

  private constructor(sheet: TextureSource, isSorted: boolean) {
    const instances = new Buffer({
      data: new Float32Array(FIRST_ROOM * WORDS),
      usage: BufferUsage.VERTEX | BufferUsage.COPY_DST,
      shrinkToFit: false,
    });
    super({ geometry: geometryOf(instances), shader: shaderOf(sheet), label: 'sprites' });
    this.#table = new SpriteTable(isSorted);
    this.#instances = instances;
    this.visible = false;
    this.onRender = () => this.#write();
  }

  /** Everything that it has made, seen or not. */
  get sprites(): readonly TableSprite[] {
    return this.#sprites;
  }

  /** Makes a sprite, which is not to be seen yet. */
  add(texture: Texture): TableSprite {
    const sprite = this.#table.add(texture);
    this.#sprites.push(sprite);
    return sprite;
  }

  /** Hands over what is seen now. */
  #write(): void {
    if (this.#table.count * WORDS > this.#floats.length) this.#grow();
    const count = this.#table.write(this.#floats, this.#words);
    this.visible = count > 0;
    if (count === 0) return;
    this.geometry.instanceCount = count;
    this.#instances.update(count * BYTES);
  }

  #grow(): void {
    let room = FIRST_ROOM;
    while (room < this.#table.count) room *= 2;
    this.#floats = new Float32Array(room * WORDS);
    this.#words = new Uint32Array(this.#floats.buffer);
    this.#instances.data = this.#floats;
  }
}

function geometryOf(buffer: Buffer): Geometry {
  const part = { buffer, stride: BYTES, instance: true };
  return new Geometry({
    attributes: {
      aCorner: { buffer: new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), format: 'float32x2' },
      aPlace: { ...part, format: 'float32x2', offset: 0 },
      aSize: { ...part, format: 'float32x2', offset: 8 },
      aPart: { ...part, format: 'uint16x4', offset: 16 },
      aColour: { ...part, format: 'unorm8x4', offset: 24 },
    },
    indexBuffer: new Uint16Array([0, 1, 2, 2, 1, 3]),
  });
}

function shaderOf(sheet: TextureSource): Shader {
  return new Shader({
    glProgram: GlProgram.from({ vertex: VERTEX, fragment: FRAGMENT, name: 'sprites' }),
    resources: {
      uTexture: sheet,
      uSampler: sheet.style,
      sheet: { uSheetSize: { value: new Float32Array([sheet.width, sheet.height]), type: 'vec2<f32>' } },
    },
  });
}
