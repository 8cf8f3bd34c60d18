/** The part of svgcanvas that is used; the package brings no types. */
declare module 'svgcanvas' {
  export class Context {
    constructor(options: {
      width: number;
      height: number;
      ctx?: CanvasRenderingContext2D;
      document?: Document;
    });
    getSvg(): SVGSVGElement;
    getSerializedSvg(): string;
  }
}
