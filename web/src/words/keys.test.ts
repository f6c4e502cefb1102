// Every key the page uses stands in both languages, and no sentence for people
// stands in the page's own source.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import zh from '../../../locale/zh-CN/web.json';
import { basisKinds, methods } from '../door/circles';
import { layers } from '../circle/ask';
import { commitments, sectionStatuses, verbs, verdicts } from '../door/types';
import { fromWords, toWords } from '../case/cities';
import { explained } from '../case/types';
import { sorts } from '../project/order';
import { modes, subjects } from '../service/types';

const root = join(import.meta.dirname, '..');
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile() && /\.(svelte|ts)$/.test(f.name) && !f.name.endsWith('.test.ts') && !f.name.endsWith('.d.ts'))
  .map((f) => ({ path: join(f.parentPath, f.name).slice(root.length + 1), text: readFileSync(join(f.parentPath, f.name), 'utf8') }));

// the files that the page carries, as words.svelte.ts names them
const carried = /\{([a-z0-9,]+)\}\.json/.exec(readFileSync(join(root, 'words/words.svelte.ts'), 'utf8'))![1]!.split(',');
const read = (lang: string, room: string) => JSON.parse(readFileSync(join(root, '../../locale', lang, `${room}.json`), 'utf8')) as Record<string, string>;
const all = (lang: string) => Object.assign({}, ...carried.map((room) => read(lang, room))) as Record<string, string>;
const texts = { zh: all('zh-CN'), en: all('en') };
const [zhSession, zhNodes, zhWallet, ...zhMine] = ['session', 'nodes', 'wallet', 'noticepage', 'servicepage', 'casepage'].map((room) => read('zh-CN', room)) as [Record<string, string>, Record<string, string>, Record<string, string>, ...Record<string, string>[]];
const used = new Set(files.flatMap((f) => [...f.text.matchAll(/['"`](web\.[a-zA-Z0-9.-]+)['"`]/g)].map((m) => m[1]!)).filter((k) => !k.endsWith('.')));
const families: Record<string, readonly string[]> = {
  'verdict.': verdicts, 'commitment.': commitments, 'verb.': verbs, 'web.section.': sectionStatuses, 'web.projects.sort.': sorts,
  'grade.': ['a', 'b', 'c', 'd', 'K', 'assumed'], 'basis.': ['forecast', 'milestones', 'certain'], 'web.kindOf.': ['reported', 'measured'],
  'phase.': ['none', 'study', 'national-plan', 'approval', 'ceremony', 'start', 'partial', 'open'],
  'web.kind.': ['target', 'indicator', 'project', 'source', 'district', 'line'], 'web.evidence.kind.': ['observation', 'section', 'milestone'],
  'web.measure.': ['network-length', 'station-count', 'commitments-kept'], 'web.path.': ['linear', 's-curve', 'milestones'],
  'web.project.basis.': ['milestone', 'horizon'], 'web.definition.': ['route', 'main-line', 'new-built', 'operating'],
  'web.reach.mode.': ['car', 'bicycle', 'walk', 'transit'], 'web.reach.kind.': ['city', 'station', 'point'], 'web.reach.state.': ['preparing', 'failed'], 'web.reach.column.': ['population', 'urban'],
  'web.circle.mode.': ['transit', 'bicycle-transit', 'car'], 'web.circle.layer.': layers, 'web.circle.method.': methods, 'web.circle.basis.': basisKinds, 'web.circle.parts.': ['failed', 'cancelled'],
  'web.scan.': ['refused', 'none', 'unread'], 'web.wallet.tab.': ['cards', 'show', 'history'], 'web.wallet.history.form.': ['wallet', 'slip', 'file'],
  'web.wallet.fault.': ['link', 'offer', 'grant', 'form', 'metadata', 'format', 'unreachable', 'refused', 'invalid_grant', 'credential', 'card', 'browser'],
  'web.session.kind.': ['citizen', 'staff', 'organisation', 'machine'], 'web.session.way.': ['passkey', 'oidc'], 'rights.role.': ['issuer', 'clerk', 'trust-officer', 'operator', 'auditor', 'supervisor', 'editor', 'registrar'],
  'web.trust.tab.': ['list', 'proposals', 'judge'], 'web.trust.propose.': ['add-row', 'add-equivalent', 'end-row', 'end-equivalent', 'revoke-key'], 'web.trust.done.': ['sign', 'refuse', 'withdraw'],
  'web.service.mode.': [...modes, ...modes.map((m) => `${m}.text`), 'any'], 'web.service.subject.': subjects, 'web.service.served.': ['1', '2', '3', '4', '5', '6'], 'web.household.kind.': ['family', 'collective'],
  'web.mine.step.': ['share', 'fill', 'check'], 'web.mine.stage.': ['draft', 'applied', 'handling', 'decided'], 'web.mine.stars.': ['1', '2', '3', '4', '5'], 'web.mine.explain.': explained, 'web.mine.from.': fromWords, 'web.mine.to.': toWords,
  'notice.kind.': ['todo', 'result', 'progress'], 'web.trust.judge.status.': ['valid', 'suspended', 'revoked', 'unknown'],
  'web.class.': ['metro', 'maglev', 'intercity', 'conventional', 'high-speed', 'expressway', 'trunk'],
};

describe('keys', () => {
  it('that are written out have a text in both languages', () => {
    expect(used.size).toBeGreaterThan(200);
    for (const key of used) for (const [lang, t] of Object.entries(texts)) expect(t[key], `${key} in ${lang}`).toBeTruthy();
  });

  it('that are made from codes have a text in both languages', () => {
    for (const [prefix, codes] of Object.entries(families)) {
      for (const code of codes) for (const [lang, t] of Object.entries(texts)) expect(t[prefix + code], `${prefix}${code} in ${lang}`).toBeTruthy();
    }
  });

  it('are all used', () => {
    const made = Object.entries(families).flatMap(([p, codes]) => codes.map((c) => p + c));
    const known = new Set([...used, ...made]);
    const idle = [...Object.keys(zh), ...Object.keys(zhSession), ...Object.keys(zhNodes), ...zhMine.flatMap((f) => Object.keys(f)), ...Object.keys(zhWallet).filter((k) => k.startsWith('web.'))].filter((k) => !known.has(k) && !known.has(k.replace(/\.(one|note)$/, '')) && !/^web\.unit\./.test(k));
    expect(idle).toEqual([]);
  });

  it('have the same placeholders in both languages', () => {
    const holes = (s: string) => [...new Set(s.match(/\{[a-zA-Z]+\}/g) ?? [])].sort();
    for (const key of Object.keys(zh)) expect(holes(texts.en[key] ?? ''), key).toEqual(holes(texts.zh[key]!));
  });
});

describe('source', () => {
  // what may hold Chinese: how dates are written, and the name of a language in itself
  const allowed = ['words/day.ts', 'frame/Header.svelte'];

  it('holds no Chinese for people', () => {
    for (const f of files.filter((f) => !allowed.includes(f.path))) {
      const code = f.text.replace(/<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/[「」（）]/g, '');
      expect(/\p{Script=Han}/u.exec(code)?.[0], f.path).toBeUndefined();
    }
  });

  it('holds no English sentences in templates', () => {
    for (const f of files.filter((f) => f.path.endsWith('.svelte'))) {
      const template = f.text.replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->|<pre[\s\S]*?<\/pre>/g, '').replace(/\{[^{}]*\}/g, '');
      expect(/>\s*[A-Za-z]+ [a-z]+ [a-z]+[^<]*</.exec(template)?.[0], f.path).toBeUndefined();
    }
  });
});
