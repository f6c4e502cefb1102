declare module 'jsonld';
declare module 'n3';
declare module 'rdf-validate-shacl';
