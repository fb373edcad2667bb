import type { Facets, FlowFilter } from '@/api/types';
import { verdictLabel } from '@/shared/ui/Verdict';

export type Side = 'either' | 'source' | 'destination';

/** One condition of a filter, as a person sees it. */
export interface Term {
  subject: Subject;
  side: Side;
  value: string;
}

export type Subject =
  | 'cluster'
  | 'namespace'
  | 'workload'
  | 'label'
  | 'port'
  | 'protocol'
  | 'verdict'
  | 'direction'
  | 'l7'
  | 'connection';

interface SubjectRow {
  label: string;
  /** The subject has a source_ and a destination_ form. */
  sided: boolean;
  /** What may be typed for it, before a colon. */
  words: string[];
  facet?: Exclude<keyof Facets, 'matching'>;
}

export const SUBJECTS: Record<Subject, SubjectRow> = {
  namespace: { label: 'Namespace', sided: true, words: ['namespace', 'ns'], facet: 'namespaces' },
  workload: { label: 'Workload', sided: true, words: ['workload', 'app'], facet: 'workloads' },
  label: { label: 'Label', sided: true, words: ['label'], facet: 'labels' },
  port: { label: 'Port', sided: false, words: ['port'], facet: 'ports' },
  protocol: { label: 'Protocol', sided: false, words: ['protocol', 'proto'], facet: 'protocols' },
  verdict: { label: 'Verdict', sided: false, words: ['verdict'], facet: 'verdicts' },
  direction: { label: 'Direction', sided: false, words: ['direction'] },
  cluster: { label: 'Cluster', sided: true, words: ['cluster'], facet: 'clusters' },
  l7: { label: 'HTTP or DNS text', sided: false, words: ['l7', 'http', 'dns', 'path'] },
  connection: { label: 'Connection', sided: false, words: ['connection'] },
};

const ORDER = Object.keys(SUBJECTS) as Subject[];
const SIDES: Side[] = ['either', 'source', 'destination'];

const keyOf = ({ subject, side }: Pick<Term, 'subject' | 'side'>) =>
  (side === 'either' ? subject : `${side}_${subject}`) as keyof FlowFilter;

export function termsOf(filter: FlowFilter): Term[] {
  return ORDER.flatMap((subject) =>
    SIDES.flatMap((side) => {
      const value = filter[keyOf({ subject, side })];
      if (value === undefined) return [];
      return (Array.isArray(value) ? value : [value]).map((item) => ({
        subject,
        side,
        value: String(item),
      }));
    }),
  );
}

export function addTerm(filter: FlowFilter, term: Term): FlowFilter {
  const key = keyOf(term);
  if (term.subject === 'l7') return { ...filter, l7: term.value };
  const value = term.subject === 'port' ? Number(term.value) : term.value;
  const present = (filter[key] as (string | number)[] | undefined) ?? [];
  if (present.includes(value)) return filter;
  return { ...filter, [key]: [...present, value] };
}

export function removeTerm(filter: FlowFilter, term: Term): FlowFilter {
  const key = keyOf(term);
  const result: FlowFilter = { ...filter };
  const present = filter[key];
  const rest = Array.isArray(present)
    ? (present as (string | number)[]).filter((item) => String(item) !== term.value)
    : [];
  if (rest.length > 0) Object.assign(result, { [key]: rest });
  else delete result[key];
  return result;
}

const SIDE_WORDS = { either: '', source: 'from ', destination: 'to ' };

export function termLabel({ subject, side, value }: Term): string {
  const row = SUBJECTS[subject];
  const shown = subject === 'verdict' ? verdictLabel(value) : value;
  const name = row.label.toLowerCase();
  return side === 'either' ? `${row.label}: ${shown}` : `${SIDE_WORDS[side]}${name}: ${shown}`;
}

export interface Suggestion extends Term {
  count: number | undefined;
}

const MAXIMUM_PER_SUBJECT = 6;

/** Splits "from:ns:shop" into its side, its subject and its text. */
export function readPrefix(typed: string): { side: Side; subject?: Subject; text: string } {
  let text = typed.trimStart();
  let side: Side = 'either';
  const sideWord = /^(from|source|src|to|destination|dst):\s*/i.exec(text);
  if (sideWord) {
    side = /^(from|source|src)/i.test(text) ? 'source' : 'destination';
    text = text.slice(sideWord[0].length);
  }
  const word = /^([a-z0-9]+):\s*/i.exec(text);
  const subject = word
    ? ORDER.find((name) => SUBJECTS[name].words.includes((word[1] ?? '').toLowerCase()))
    : undefined;
  if (word && subject) text = text.slice(word[0].length);
  return { side, subject, text: text.trimEnd() };
}

/** What may be meant by the typed text: values that were seen first, then the text itself. */
export function suggest(
  typed: string,
  facets: Facets | undefined,
  filter: FlowFilter,
): Suggestion[] {
  const { side, subject, text } = readPrefix(typed);
  const wanted = text.toLowerCase();
  const taken = new Set(termsOf(filter).map((term) => `${keyOf(term)} ${term.value}`));
  const subjects = subject ? [subject] : ORDER;
  const result: Suggestion[] = [];
  const offer = (suggestion: Suggestion) => {
    const key = `${keyOf(suggestion)} ${suggestion.value}`;
    if (taken.has(key)) return;
    taken.add(key);
    result.push(suggestion);
  };
  for (const name of subjects) {
    const row = SUBJECTS[name];
    const itsSide = row.sided ? side : 'either';
    if (side !== 'either' && !row.sided) continue;
    const seen = name === 'direction' ? DIRECTIONS : row.facet ? (facets?.[row.facet] ?? []) : [];
    seen
      .filter(({ value }) => matches(name, value, wanted))
      .slice(0, subject ? 50 : MAXIMUM_PER_SUBJECT)
      .forEach(({ value, count }) => {
        offer({ subject: name, side: itsSide, value, count });
      });
  }
  if (text === '') return result;
  for (const name of subjects) {
    const row = SUBJECTS[name];
    if (side !== 'either' && !row.sided) continue;
    if (isFree(name, text, subject !== undefined)) {
      offer({ subject: name, side: row.sided ? side : 'either', value: text, count: undefined });
    }
  }
  return result;
}

const DIRECTIONS = [
  { value: 'INGRESS', count: undefined },
  { value: 'EGRESS', count: undefined },
];

function matches(subject: Subject, value: string, wanted: string) {
  const shown = subject === 'verdict' ? verdictLabel(value) : value;
  return subject === 'port' ? value.startsWith(wanted) : shown.toLowerCase().includes(wanted);
}

/** Whether a text that was not seen may be a value of the subject. */
function isFree(subject: Subject, text: string, named: boolean) {
  switch (subject) {
    case 'port':
      return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
    case 'l7':
      return true;
    case 'label':
      return named || text.includes('=');
    case 'namespace':
    case 'workload':
    case 'cluster':
    case 'connection':
      return named;
    default:
      return false;
  }
}
