// As much of the development modules as the tests of linked data use.
declare module 'n3' {
  export interface Term { id: string; value: string }
  export interface Quad { subject: Term; predicate: Term; object: Term }
  export class Store {
    constructor(quads?: Quad[]);
    size: number;
    getQuads(subject: unknown, predicate: unknown, object: unknown, graph: unknown): Quad[];
    getSubjects(predicate: unknown, object: unknown, graph: unknown): Term[];
    countQuads(subject: unknown, predicate: unknown, object: unknown, graph: unknown): number;
    removeQuads(quads: Quad[]): void;
    addQuad(quad: Quad): void;
  }
  export class Parser {
    constructor(options: { format: string });
    parse(text: string): Quad[];
  }
  export const DataFactory: { namedNode(id: string): Term; literal(text: string): Term; quad(subject: Term | undefined, predicate: Term, object: Term): Quad };
}

declare module 'jsonld' {
  const jsonld: { toRDF(document: unknown, options: { format: string }): Promise<string> };
  export default jsonld;
}

declare module 'rdf-validate-shacl' {
  export interface Result { focusNode?: { value: string }; path?: { value: string }; message: { value: string }[] }
  export default class SHACLValidator {
    constructor(shapes: unknown);
    validate(data: unknown): Promise<{ conforms: boolean; results: Result[] }>;
  }
}
