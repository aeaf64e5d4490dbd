/** The atlas as the build drew it; see client/atlas-plugin.ts. */
declare module 'virtual:atlas' {
  /** Address of the sheet, a PNG. */
  export const url: string;
  /** Where each picture lies in it, by name: x, y, width, height in pixels. */
  export const frames: Readonly<Record<string, readonly [x: number, y: number, width: number, height: number]>>;
}
