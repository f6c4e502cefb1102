// The export of the catalogue is held to the shapes of CPSV-AP 3.2.0 by a SHACL validator that is
// not ours; what the shapes target is counted, since what targets nothing proves nothing; and
// broken exports have to fail.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import jsonld from 'jsonld';
import { DataFactory, Parser, Store } from 'n3';
import SHACLValidator from 'rdf-validate-shacl';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const release = `${root}../shared/data/credentials/cpsv-ap/releases/3.2.0/`;
const ns = { cpsv: 'http://purl.org/vocab/cpsv#', cv: 'http://data.europa.eu/m8g/', dct: 'http://purl.org/dc/terms/', rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#', sh: 'http://www.w3.org/ns/shacl#', skos: 'http://www.w3.org/2004/02/skos/core#' };
const { namedNode, literal, quad } = DataFactory;

/** What `conurb service export` writes; CONURB_BIN is a program that was built before. */
function exported(format: string): string {
  const args = ['service', 'export', '--format', format, '--data', '/nonexistent'];
  const [program, ...before] = process.env.CONURB_BIN ? [process.env.CONURB_BIN] : ['go', 'run', './cmd/conurb'];
  return execFileSync(program ?? 'go', [...before, ...args], { cwd: root, maxBuffer: 64 << 20, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

const read = (text: string, format = 'text/turtle') => new Store(new Parser({ format }).parse(text));
const lines = (store: Store) => store.getQuads(null, null, null, null).map((q) => `${q.subject.id} ${q.predicate.id} ${q.object.id}`).sort();

describe.skipIf(!existsSync(release))('CPSV-AP', () => {
  let shapes: Store;
  let graph: Store;

  const judge = async (data: Store) => new SHACLValidator(shapes).validate(data);
  const broken = async (change: (s: Store) => void): Promise<string[]> => {
    const copy = new Store(graph.getQuads(null, null, null, null));
    change(copy);
    expect(lines(copy)).not.toEqual(lines(graph));
    const report = await judge(copy);
    expect(report.conforms).toBe(false);
    return report.results.map((r) => r.path?.value ?? '');
  };
  const first = (type: string) => graph.getSubjects(ns.rdf + 'type', type, null)[0];

  beforeAll(() => {
    shapes = read(readFileSync(`${release}shacl/cpsv-ap-SHACL.ttl`, 'utf8'));
    graph = read(exported('turtle'));
  }, 600_000);

  it('says the same as JSON-LD and as Turtle', async () => {
    const quads = await jsonld.toRDF(JSON.parse(exported('cpsv-ap')), { format: 'application/n-quads' });
    expect(lines(read(quads, 'application/n-quads'))).toEqual(lines(graph));
    expect(graph.size).toBeGreaterThan(5000);
  }, 600_000);

  it('conforms, and every shape of what is exported has something to look at', async () => {
    const idle: string[] = [];
    const looked: Record<string, number> = {};
    for (const q of shapes.getQuads(null, ns.sh + 'targetClass', null, null)) {
      const name = q.subject.id.split('#')[1] ?? '';
      const n = graph.countQuads(null, ns.rdf + 'type', q.object, null);
      if (n) looked[name] = n;
      else idle.push(name);
    }
    console.log('shapes evaluated, with the nodes each looked at:', looked);
    // contracts are no part of a catalogue; the last four target classes of literals, which nothing can be typed as
    expect(idle.sort()).toEqual(['ConcessionContractShape', 'DocumentShape', 'DoubleShape', 'DurationShape', 'LiteralShape', 'ParticipationShape', 'ServiceConcessionContractShape', 'TextShape']);
    expect(looked.PublicServiceShape).toBe(93);
    const report = await judge(graph);
    expect(report.results.map((r) => `${r.focusNode?.value} ${r.path?.value} ${r.message.map((m) => m.value)}`)).toEqual([]);
    expect(report.conforms).toBe(true);
  }, 600_000);

  it.each([
    ['a service without a title', ns.cpsv + 'PublicService', ns.dct + 'title'],
    ['a service without an identifier', ns.cpsv + 'PublicService', ns.dct + 'identifier'],
    ['a service without an authority', ns.cpsv + 'PublicService', ns.cv + 'hasCompetentAuthority'],
    ['an authority without a place', ns.cv + 'PublicOrganisation', ns.dct + 'spatial'],
    ['an authority without a name', ns.cv + 'PublicOrganisation', ns.skos + 'prefLabel'],
    ['a rule without its words', ns.cpsv + 'Rule', ns.dct + 'description'],
    ['a condition without its words', ns.cv + 'Requirement', ns.dct + 'title'],
    ['a material without an identifier', ns.cv + 'Evidence', ns.dct + 'identifier'],
    ['a turn in life without a title', ns.cv + 'Event', ns.dct + 'title'],
  ])('fails: %s', async (_, type, path) => {
    expect(await broken((s) => s.removeQuads(s.getQuads(first(type), path, null, null)))).toContain(path);
  }, 600_000);

  it.each([
    ['a title in no language', ns.cpsv + 'PublicService', ns.dct + 'title', literal('x')],
    ['a time that is no duration', ns.cpsv + 'PublicService', ns.cv + 'processingTime', literal('five days')],
    ['a channel that is none', ns.cpsv + 'PublicService', ns.cv + 'hasChannel', namedNode('urn:x')],
    ['two identifiers', ns.cv + 'Channel', ns.dct + 'identifier', literal('x')],
    ['a cost that is no number', ns.cv + 'Cost', ns.cv + 'hasValue', literal('dear')],
  ])('fails: %s', async (_, type, path, object) => {
    expect(await broken((s) => s.addQuad(quad(first(type), namedNode(path), object)))).toContain(path);
  }, 600_000);
});
