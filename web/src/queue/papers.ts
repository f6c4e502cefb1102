// The papers of a move-out come from the city that takes in (app/residence, Papers): they are shown
// as the answers of a form.
import type { Form, Question } from '../case/form';
import { word } from '../words/words.svelte';

const text = (key: string) => ({ zh: word(key), en: word(key) });
const q = (at: string, key: string, widget = 'text', more: Partial<Question> = {}): Question => ({ at, label: text(`web.queue.paper.${key}`), widget, ...more });
const kinds = ['work', 'admission', 'graduation', 'spouse', 'parents'];

export function moveOut(): Form {
  const kind = { options: kinds.map((k) => ({ value: k, label: text(`web.queue.paper.kind.${k}`) })) };
  return {
    id: 'move-out', title: text('web.queue.application'),
    layout: [
      { id: 'who', title: text('web.queue.paper.who'), fields: [q('/applicant/name', 'applicant'), q('/phone', 'phone'), q('/kind', 'kind', 'choice', kind), q('/address', 'address'), q('/permit', 'permit')] },
      { id: 'people', title: text('web.queue.paper.people'), fields: [q('/people', 'people', 'list', { fields: [q('/name', 'name'), q('/person', 'number', 'citizen'), q('/born', 'born', 'day')] }), q('/guardians', 'guardians', 'list', { fields: [q('/minor', 'minor', 'citizen'), q('/guardian', 'guardian', 'citizen')] })] },
      { id: 'stay', title: text('web.queue.paper.stay'), fields: [q('/successor/name', 'successor'), q('/successor/number', 'successor.number', 'citizen'), q('/rural', 'rural', 'yesno')] },
    ],
  };
}
